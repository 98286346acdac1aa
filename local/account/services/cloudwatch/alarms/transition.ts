import type { MetricDataQuery, StateValue } from "@aws-sdk/client-cloudwatch";
import { Fault } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import type { Host } from "../../../host/service";
import { type Alarm, queriesOf } from "./alarm";
import { createMessage, createSubject } from "./notification";

interface State {
  readonly value: StateValue;
  readonly reason: string;
  readonly timestamp: string;
}

/** Gives an alarm another state; the event and the actions follow. */
export async function changeState(
  host: Host,
  alarm: Alarm,
  state: StateValue,
  reason: string,
  reasonData: string,
): Promise<void> {
  const before = { value: alarm.state, reason: alarm.reason, timestamp: new Date(alarm.stateUpdated).toISOString() };
  const now = host.clock.now();
  alarm.reason = reason;
  alarm.reasonData = reasonData;
  alarm.stateUpdated = now;
  alarm.state = state;
  const after = { value: state, reason, reasonData, timestamp: new Date(now).toISOString() };
  emitEvent(host, alarm, before, after);
  if (alarm.actionsEnabled) await runActions(host, alarm, before.value, now);
}

function emitEvent(host: Host, alarm: Alarm, before: State, after: State): void {
  const { AlarmDescription } = alarm.input;
  host.emit("event", {
    account: alarm.account,
    region: alarm.region,
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm State Change",
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      state: after,
      previousState: before,
      configuration: {
        ...(AlarmDescription !== undefined && { description: AlarmDescription }),
        metrics: queriesOf(alarm.input).map(describeQuery),
      },
    },
  });
}

const describeQuery = ({ Id, MetricStat, Expression, ReturnData }: MetricDataQuery) => ({
  id: Id,
  returnData: ReturnData !== false,
  ...(Expression !== undefined && { expression: Expression }),
  ...(MetricStat && {
    metricStat: {
      metric: {
        namespace: MetricStat.Metric?.Namespace,
        name: MetricStat.Metric?.MetricName,
        dimensions: Object.fromEntries((MetricStat.Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      },
      period: MetricStat.Period,
      stat: MetricStat.Stat,
    },
  }),
});

async function runActions(host: Host, alarm: Alarm, oldState: StateValue, now: number): Promise<void> {
  const { OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = alarm.input;
  const byState = { OK: OKActions, ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions };
  const service = "cloudwatch.amazonaws.com";
  const principal = { kind: "service", account: alarm.account, arn: service, service, sourceArn: alarm.arn } as const;
  for (const TopicArn of ownValue(byState, alarm.state) ?? []) {
    try {
      const caller = { account: alarm.account, region: alarm.region, principal };
      const Message = createMessage(alarm, oldState, now);
      await host.call(caller, "sns", "Publish", { TopicArn, Subject: createSubject(alarm), Message });
    } catch (cause) {
      // A topic that was deleted, or that does not let CloudWatch publish: the state changes all
      // the same.
      if (!(cause instanceof Fault)) throw cause;
    }
  }
}
