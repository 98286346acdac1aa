import type { Dimension, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import { type Aws, ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { sameJson, tagList, tagMap } from "./values";

const tags = z.record(z.string(), z.string()).optional();
const notFound = "ResourceNotFoundException";

const metricQuery = z.strictObject({
  id: z.string(),
  expression: z.string().optional(),
  label: z.string().optional(),
  returnData: z.boolean().default(false),
  metric: z
    .strictObject({
      metricName: z.string(),
      namespace: z.string().optional(),
      period: z.number().int(),
      stat: z.string(),
      dimensions: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

const alarm = z.strictObject({
  name: z.string(),
  alarmDescription: z.string().optional(),
  comparisonOperator: z.enum([
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
  ]),
  evaluationPeriods: z.number().int().min(1),
  datapointsToAlarm: z.number().int().optional(),
  threshold: z.number(),
  period: z.number().int().optional(),
  statistic: z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]).optional(),
  metricName: z.string().optional(),
  namespace: z.string().optional(),
  dimensions: z.record(z.string(), z.string()).optional(),
  metricQueries: z.array(metricQuery).optional(),
  treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).default("missing"),
  actionsEnabled: z.boolean().default(true),
  alarmActions: z.array(z.string()).optional(),
  okActions: z.array(z.string()).optional(),
  insufficientDataActions: z.array(z.string()).optional(),
  tags,
});

const dimensionList = (dimensions: Readonly<Record<string, string>> | undefined) =>
  dimensions && Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

const dimensionMap = (dimensions: readonly Dimension[] | undefined) =>
  dimensions && Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));

export const metricAlarm = resource({
  schema: alarm,
  autoName: { property: "name", maxLength: 255 },
  replaceOn: ["name"],
  computed: ["datapointsToAlarm"],
  async create(inputs, aws) {
    await putAlarm(inputs, aws);
    return inputs.name;
  },
  async read(id, _state, aws) {
    const found = await findAlarm(id, aws);
    if (!found) return undefined;
    const { Tags } = await aws.call("cloudwatch", "ListTagsForResource", { ResourceARN: found.AlarmArn });
    return { ...alarmOf(found), arn: found.AlarmArn, tags: tagMap(Tags) };
  },
  update: (_id, inputs, _change, aws) => putAlarm(inputs, aws),
  tagging: {
    set: ({ arn }, tags, aws) =>
      aws.call("cloudwatch", "TagResource", { ResourceARN: String(arn), Tags: tagList(tags) }),
    unset: ({ arn }, TagKeys, aws) => aws.call("cloudwatch", "UntagResource", { ResourceARN: String(arn), TagKeys }),
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("cloudwatch", "DeleteAlarms", { AlarmNames: [id] }), "ResourceNotFound", notFound);
  },
});

function alarmOf(found: MetricAlarm) {
  return {
    name: found.AlarmName,
    alarmDescription: found.AlarmDescription,
    comparisonOperator: found.ComparisonOperator,
    evaluationPeriods: found.EvaluationPeriods,
    datapointsToAlarm: found.DatapointsToAlarm,
    threshold: found.Threshold,
    period: found.Period,
    statistic: found.Statistic,
    metricName: found.MetricName,
    namespace: found.Namespace,
    dimensions: dimensionMap(found.Dimensions),
    metricQueries: found.Metrics?.map((query) => ({
      id: query.Id,
      expression: query.Expression,
      label: query.Label,
      returnData: query.ReturnData ?? true,
      metric: query.MetricStat && {
        metricName: query.MetricStat.Metric?.MetricName,
        namespace: query.MetricStat.Metric?.Namespace,
        period: query.MetricStat.Period,
        stat: query.MetricStat.Stat,
        dimensions: dimensionMap(query.MetricStat.Metric?.Dimensions),
      },
    })),
    treatMissingData: found.TreatMissingData ?? "missing",
    actionsEnabled: found.ActionsEnabled,
    alarmActions: found.AlarmActions,
    okActions: found.OKActions,
    insufficientDataActions: found.InsufficientDataActions,
  };
}

async function findAlarm(name: string, aws: Aws) {
  return (await aws.call("cloudwatch", "DescribeAlarms", { AlarmNames: [name] })).MetricAlarms?.[0];
}

async function putAlarm(inputs: z.output<typeof alarm>, aws: Aws): Promise<void> {
  await aws.call("cloudwatch", "PutMetricAlarm", {
    AlarmName: inputs.name,
    AlarmDescription: inputs.alarmDescription,
    ComparisonOperator: inputs.comparisonOperator,
    EvaluationPeriods: inputs.evaluationPeriods,
    DatapointsToAlarm: inputs.datapointsToAlarm,
    Threshold: inputs.threshold,
    Period: inputs.period,
    Statistic: inputs.statistic,
    MetricName: inputs.metricName,
    Namespace: inputs.namespace,
    Dimensions: dimensionList(inputs.dimensions),
    Metrics: inputs.metricQueries?.map((query) => ({
      Id: query.id,
      Expression: query.expression,
      Label: query.label,
      ReturnData: query.returnData,
      MetricStat: query.metric && {
        Metric: {
          MetricName: query.metric.metricName,
          Namespace: query.metric.namespace,
          Dimensions: dimensionList(query.metric.dimensions),
        },
        Period: query.metric.period,
        Stat: query.metric.stat,
      },
    })),
    TreatMissingData: inputs.treatMissingData,
    ActionsEnabled: inputs.actionsEnabled,
    AlarmActions: inputs.alarmActions,
    OKActions: inputs.okActions,
    InsufficientDataActions: inputs.insufficientDataActions,
    Tags: tagList(inputs.tags),
  });
}

export const dashboard = resource({
  schema: z.strictObject({ dashboardName: z.string(), dashboardBody: z.string() }),
  autoName: { property: "dashboardName", maxLength: 255 },
  replaceOn: ["dashboardName"],
  same: { dashboardBody: sameJson },
  async create(inputs, aws) {
    const DashboardName = inputs.dashboardName;
    await aws.call("cloudwatch", "PutDashboard", { DashboardName, DashboardBody: inputs.dashboardBody });
    return DashboardName;
  },
  async read(id, _state, aws) {
    const call = aws.call("cloudwatch", "GetDashboard", { DashboardName: id });
    const found = await ignoreNotFound(call, "ResourceNotFound", "DashboardNotFoundError");
    return found && { dashboardName: id, dashboardArn: found.DashboardArn, dashboardBody: found.DashboardBody };
  },
  async update(id, inputs, _change, aws) {
    await aws.call("cloudwatch", "PutDashboard", { DashboardName: id, DashboardBody: inputs.dashboardBody });
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(
      aws.call("cloudwatch", "DeleteDashboards", { DashboardNames: [id] }),
      "ResourceNotFound",
      "DashboardNotFoundError",
    );
  },
});
