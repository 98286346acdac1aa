import { z } from "zod";
import { type Aws, unlessGone } from "./aws";
import { resource } from "./resource";
import { sameJson, tagChanges, tagList } from "./values";

const tags = z.record(z.string(), z.string()).optional();
const notFound = "ResourceNotFoundException";

const metricQuery = z.strictObject({
  id: z.string(),
  expression: z.string().optional(),
  label: z.string().optional(),
  returnData: z.boolean().optional(),
  period: z.number().int().optional(),
  metric: z
    .strictObject({
      metricName: z.string(),
      namespace: z.string().optional(),
      period: z.number().int(),
      stat: z.string(),
      dimensions: z.record(z.string(), z.string()).optional(),
      unit: z.string().optional(),
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
  extendedStatistic: z.string().optional(),
  metricName: z.string().optional(),
  namespace: z.string().optional(),
  dimensions: z.record(z.string(), z.string()).optional(),
  metricQueries: z.array(metricQuery).optional(),
  treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).optional(),
  actionsEnabled: z.boolean().default(true),
  alarmActions: z.array(z.string()).optional(),
  okActions: z.array(z.string()).optional(),
  insufficientDataActions: z.array(z.string()).optional(),
  unit: z.string().optional(),
  tags,
});

const dimensionList = (dimensions: Readonly<Record<string, string>> | undefined) =>
  dimensions && Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

export const metricAlarm = resource({
  schema: alarm,
  autoName: { property: "name", maxLength: 255 },
  replaceOn: ["name"],
  async create(inputs, aws) {
    await putAlarm(inputs, aws);
    return { id: inputs.name, outputs: { arn: (await findAlarm(inputs.name, aws))?.AlarmArn } };
  },
  async read(id, _state, aws) {
    const found = await findAlarm(id, aws);
    return (
      found && {
        name: found.AlarmName,
        arn: found.AlarmArn,
        threshold: found.Threshold,
        evaluationPeriods: found.EvaluationPeriods,
        comparisonOperator: found.ComparisonOperator,
        actionsEnabled: found.ActionsEnabled,
      }
    );
  },
  async update(_id, inputs, old, aws) {
    await putAlarm(inputs, aws);
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    const ResourceARN = String(old.arn);
    if (Object.keys(set).length > 0) await aws.call("cloudwatch", "TagResource", { ResourceARN, Tags: tagList(set) });
    if (unset.length > 0) await aws.call("cloudwatch", "UntagResource", { ResourceARN, TagKeys: unset });
    return {};
  },
  async delete(id, _state, aws) {
    await unlessGone(aws.call("cloudwatch", "DeleteAlarms", { AlarmNames: [id] }), "ResourceNotFound", notFound);
  },
});

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
    ExtendedStatistic: inputs.extendedStatistic,
    MetricName: inputs.metricName,
    Namespace: inputs.namespace,
    Dimensions: dimensionList(inputs.dimensions),
    Metrics: inputs.metricQueries?.map((query) => ({
      Id: query.id,
      Expression: query.expression,
      Label: query.label,
      ReturnData: query.returnData ?? false,
      Period: query.period,
      MetricStat: query.metric && {
        Metric: {
          MetricName: query.metric.metricName,
          Namespace: query.metric.namespace,
          Dimensions: dimensionList(query.metric.dimensions),
        },
        Period: query.metric.period,
        Stat: query.metric.stat,
        Unit: query.metric.unit as "Count" | undefined,
      },
    })),
    TreatMissingData: inputs.treatMissingData,
    ActionsEnabled: inputs.actionsEnabled,
    AlarmActions: inputs.alarmActions,
    OKActions: inputs.okActions,
    InsufficientDataActions: inputs.insufficientDataActions,
    Unit: inputs.unit as "Count" | undefined,
    Tags: tagList(inputs.tags),
  });
}

export const dashboard = resource({
  schema: z.strictObject({ dashboardName: z.string(), dashboardBody: z.string() }),
  autoName: { property: "dashboardName", maxLength: 255 },
  replaceOn: ["dashboardName"],
  async create(inputs, aws) {
    const DashboardName = inputs.dashboardName;
    await aws.call("cloudwatch", "PutDashboard", { DashboardName, DashboardBody: inputs.dashboardBody });
    const { DashboardArn } = await aws.call("cloudwatch", "GetDashboard", { DashboardName });
    return { id: DashboardName, outputs: { dashboardArn: DashboardArn } };
  },
  async read(id, state, aws) {
    const call = aws.call("cloudwatch", "GetDashboard", { DashboardName: id });
    const found = await unlessGone(call, "ResourceNotFound", "DashboardNotFoundError");
    return (
      found && { dashboardArn: found.DashboardArn, dashboardBody: sameJson(found.DashboardBody, state.dashboardBody) }
    );
  },
  async update(id, inputs, _old, aws) {
    await aws.call("cloudwatch", "PutDashboard", { DashboardName: id, DashboardBody: inputs.dashboardBody });
    return {};
  },
  async delete(id, _state, aws) {
    await unlessGone(
      aws.call("cloudwatch", "DeleteDashboards", { DashboardNames: [id] }),
      "ResourceNotFound",
      "DashboardNotFoundError",
    );
  },
});
