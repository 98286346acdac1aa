import * as pulumi from "@pulumi/pulumi";
import { type Environment, reportModelHealthFactory } from "../../functions/report-model-health";
import { functionParts, scheduleParts } from "../../names/layout";
import { LambdaFunction } from "../lambda/lambda-function";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { createSchedule } from "../platform/schedule";
import { allow } from "../support/policy";

export interface ModelHealthArgs {
  foundation: Foundation;
  network?: Network | undefined;
  models: RecommendationModels;
  /** Name of the stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
  /** The stream whose silence is reported. */
  streamName: pulumi.Input<string>;
  leastNewEvents: number;
  /** There are no campaigns. */
  asleep: boolean;
}

/**
 * Publishes each model's health every hour: its age, versions that wait for a promotion, and unused
 * campaigns; and for how long the stream has been silent, or the stack asleep.
 * @example
 * ```ts
 * import { ModelHealth, type ModelHealthArgs } from "./model-health";
 *
 * type Parts = Pick<ModelHealthArgs, "foundation" | "models" | "scheduleGroup" | "streamName">;
 *
 * export const reportHealth = (parts: Parts) =>
 *   new ModelHealth("model-health", { ...parts, leastNewEvents: 100, asleep: false });
 * ```
 */
export class ModelHealth extends pulumi.ComponentResource {
  constructor(name: string, args: ModelHealthArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:observability:ModelHealth", name, {}, opts);
    const { foundation, network } = args;
    const { models } = args.models;
    const report = new LambdaFunction<Environment>(
      name,
      {
        foundation,
        network,
        part: functionParts.reportModelHealth,
        description: "Publishes the health of the serving models as metrics",
        factory: reportModelHealthFactory,
        environment: {
          ASLEEP: args.asleep ? "true" : undefined,
          CAMPAIGN_ARNS: pulumi.jsonStringify(
            Object.fromEntries(models.map((model) => [model.name, model.campaignArn])),
          ),
          LEAST_NEW_EVENTS: String(args.leastNewEvents),
          STACK: foundation.stack,
          STREAM_NAME: args.streamName,
        },
        permissions: [
          allow(["personalize:DescribeCampaign"], args.models.campaignPatterns),
          // IAM has no resource type for reading metrics and for listing versions (Service
          // Authorization Reference).
          allow(["cloudwatch:GetMetricStatistics", "personalize:ListSolutionVersions"], "*"),
        ],
        timeoutSeconds: 60,
        memoryMegabytes: 256,
      },
      { parent: this },
    );
    createSchedule(
      name,
      {
        foundation,
        groupName: args.scheduleGroup,
        part: scheduleParts.modelHealth,
        description: "Reports the health of the serving models",
        // A rate fires at once for the first time, so the alarm has a value soon after the
        // deployment.
        scheduleExpression: "rate(1 hour)",
        target: report.arn,
        action: "lambda:InvokeFunction",
      },
      this,
    );
    this.registerOutputs({});
  }
}
