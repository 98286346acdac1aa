import { onAny } from "../../host/permission";
import type { Call, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { alarmArn } from "./alarms/alarm";
import { dashboardArn, mostDeleted } from "./operations/dashboards";

const onAlarms = (action: string) => (input: { AlarmNames?: string[] | undefined }, call: Call) =>
  (input.AlarmNames ?? ["*"]).map((name) => ({ action: `cloudwatch:${action}`, resource: alarmArn(call, name) }));
const onAlarm = (action: string) => (input: { AlarmName?: string | undefined }, call: Call) =>
  onAlarms(action)(input.AlarmName === undefined ? {} : { AlarmNames: [input.AlarmName] }, call);
const onResource = (action: string) => (input: { ResourceARN?: string | undefined }) => [
  { action: `cloudwatch:${action}`, resource: input.ResourceARN ?? "*" },
];
const onDashboard = (action: string) => (input: { DashboardName?: string | undefined }, call: Call) => [
  { action: `cloudwatch:${action}`, resource: dashboardArn(call.account, input.DashboardName ?? "*") },
];

/** Metric data has no resources; alarms and dashboards have (Service Authorization Reference). */
export const permissions = {
  PutMetricData: (input) => [
    {
      action: "cloudwatch:PutMetricData",
      resource: "*",
      context: { "cloudwatch:namespace": input.Namespace ?? "" },
    },
  ],
  PutMetricAlarm: onAlarm("PutMetricAlarm"),
  DescribeAlarms: onAlarms("DescribeAlarms"),
  DeleteAlarms: onAlarms("DeleteAlarms"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
  PutDashboard: onDashboard("PutDashboard"),
  GetDashboard: onDashboard("GetDashboard"),
  // The operation refuses more names than it deletes at once.
  DeleteDashboards: (input, call) =>
    (input.DashboardNames ?? []).slice(0, mostDeleted + 1).map((name) => ({
      action: "cloudwatch:DeleteDashboards",
      resource: dashboardArn(call.account, name),
    })),
  GetMetricStatistics: onAny("cloudwatch:GetMetricStatistics"),
  GetMetricData: onAny("cloudwatch:GetMetricData"),
  ListMetrics: onAny("cloudwatch:ListMetrics"),
  ListDashboards: onAny("cloudwatch:ListDashboards"),
} satisfies Partial<Permissions<Clients["cloudwatch"]>>;
