import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../platform/network";
import { createAlarm } from "./alarm";
import { createDashboardBody, type DashboardArgs } from "./dashboard";
import { publishFailedExecutions } from "./failed-executions";
import { type IngestionAlarmArgs, listIngestionAlarms } from "./ingestion-alarms";
import { listModelAlarms, type ModelAlarmArgs } from "./model-alarms";
import { ModelHealth } from "./model-health";
import { listServingAlarms, type ServingAlarmArgs } from "./serving-alarms";

/** The keys of the stack's configuration that this component uses. */
export interface ObservabilityConfig
  extends Readonly<IngestionAlarmArgs["config"] & ModelAlarmArgs["config"] & ServingAlarmArgs["config"]> {
  leastNewEvents: number;
  asleep: boolean;
  runbookUrl: string;
}

export interface ObservabilityArgs extends DashboardArgs {
  network?: Network | undefined;
  topicArn: pulumi.Input<string>;
  config: ObservabilityConfig;
  /** Name of the stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
}

/**
 * The dashboard, and what notifies the topic: alarms, and a rule for failed executions.
 * @example
 * ```ts
 * import { Observability, type ObservabilityArgs } from "./observability";
 *
 * // The parts that it watches, where it tells of them, and thresholds.
 * export const watch = (args: ObservabilityArgs) => new Observability("watch", args).dashboardName;
 * ```
 */
export class Observability extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;
  /**
   * The number of metrics that they watch, which AWS bills ("per alarm metric" in its price list).
   */
  readonly alarmMetrics: number;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:observability:Observability", name, {}, opts);
    const { foundation, network, models, scheduleGroup, config } = args;
    const { leastNewEvents, asleep } = config;
    new ModelHealth(
      `${name}-model-health`,
      { foundation, network, models, scheduleGroup, streamName: args.ingestion.streamName, leastNewEvents, asleep },
      { parent: this },
    );
    const alarms = { ...listIngestionAlarms(args), ...listModelAlarms(args), ...listServingAlarms(args) };
    this.alarmMetrics = Object.values(alarms)
      .map((watched) => ("expression" in watched ? Object.keys(watched.metrics).length : 1))
      .reduce((sum, each) => sum + each, 0);
    for (const [part, watched] of Object.entries(alarms)) {
      const { topicArn } = args;
      createAlarm(`${name}-${part}`, { foundation, part, watched, topicArn, runbookUrl: config.runbookUrl }, this);
    }
    const { stateMachineArn } = args.retraining;
    publishFailedExecutions(name, { foundation, stateMachineArn, topicArn: args.topicArn }, this);
    const dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      { dashboardName: foundation.name("overview"), dashboardBody: createDashboardBody(args) },
      { parent: this },
    );
    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ dashboardName: this.dashboardName });
  }
}
