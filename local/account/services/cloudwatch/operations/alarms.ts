import type { DescribeAlarmsInput, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Alarm, type Alarms, alarmArn, checkAlarm, describeAlarm } from "../alarms/alarm";
import type { AlarmClock } from "../alarms/alarm-clock";
import { putTags } from "./tags";

/** The quota of an account in a Region, by default (user guide, "CloudWatch service quotas"). */
const mostAlarms = 5_000;

/** Creates, changes, describes and deletes alarms. */
export function alarmHandlers(host: Host, store: Alarms, alarms: AlarmClock) {
  return {
    PutMetricAlarm(input, call) {
      checkAlarm(input);
      const name = input.AlarmName ?? "";
      const known = store.of(call).get(name);
      if (!known && store.of(call).size >= mostAlarms) {
        throw new Fault("LimitExceeded", `The maximum limit of ${mostAlarms} alarms is exceeded.`);
      }
      const alarm = known ?? createAlarm(call, input, host.clock.now());
      // Tags of an existing alarm change by TagResource only (API reference, PutMetricAlarm).
      if (!known) putTags(alarm.tags, input.Tags);
      alarm.input = input;
      alarm.configured = host.clock.now();
      alarm.actionsEnabled = input.ActionsEnabled ?? true;
      store.of(call).set(name, alarm);
      alarms.schedule(alarm);
      return {};
    },

    DescribeAlarms(input, call) {
      if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined) {
        throw notImplemented("cloudwatch:DescribeAlarms with ChildrenOfAlarmName or ParentsOfAlarmName");
      }
      const { AlarmTypes: types, NextToken: token, MaxRecords: limit = 50 } = input;
      const metricAlarms = types && !types.includes("MetricAlarm") ? [] : [...store.of(call).values()];
      const matching = metricAlarms.filter((alarm) => isWanted(alarm, input));
      const { items, next } = page(matching, ({ name }) => name, { token, limit });
      return { MetricAlarms: items.map(describeAlarm), CompositeAlarms: [], NextToken: next };
    },

    DeleteAlarms(input, call) {
      for (const name of input.AlarmNames ?? []) {
        const alarm = store.of(call).get(name);
        // The known names are deleted, the others ignored.
        if (!alarm) continue;
        alarms.stop(alarm);
        store.of(call).delete(alarm.name);
      }
      return {};
    },
  } satisfies Handlers<Clients["cloudwatch"]>;
}

function createAlarm({ account, region }: Caller, input: PutMetricAlarmInput, now: number): Alarm {
  const name = input.AlarmName ?? "";
  return {
    name,
    arn: alarmArn({ account, region }, name),
    account,
    region,
    tags: new Map(),
    input,
    configured: now,
    state: "INSUFFICIENT_DATA",
    reason: "Unchecked: Initial alarm creation",
    stateUpdated: now,
    actionsEnabled: true,
  };
}

/** Returns whether a request of DescribeAlarms asks for an alarm. */
function isWanted({ name, state, input }: Alarm, request: DescribeAlarmsInput): boolean {
  const { AlarmNames, AlarmNamePrefix = "", StateValue, ActionPrefix } = request;
  return (
    (AlarmNames ? AlarmNames.includes(name) : name.startsWith(AlarmNamePrefix)) &&
    (StateValue === undefined || state === StateValue) &&
    (!ActionPrefix || (input.AlarmActions ?? []).some((action) => action.startsWith(ActionPrefix)))
  );
}
