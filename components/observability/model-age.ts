import * as pulumi from "@pulumi/pulumi";
import { reportModelAgeFactory } from "../../functions/report-model-age";
import { LambdaFunction } from "../lambda/lambda-function";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { createSchedule } from "../platform/schedule";
import { allow } from "../support/policy";

export interface ModelAgeArgs {
  foundation: Foundation;
  network?: Network | undefined;
  models: RecommendationModels;
  /** Name of the stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
  /** PutEvents requests from which on there is enough new data for a training. */
  leastEventRequests: number;
}

/**
 * Publishes the age of each serving model every hour, because Personalize has no metric for it.
 * @example
 * new ModelAge("model-age", { foundation, models, scheduleGroup: group.name, leastEventRequests: 100 })
 */
export class ModelAge extends pulumi.ComponentResource {
  constructor(name: string, args: ModelAgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:observability:ModelAge", name, {}, opts);
    const { foundation, network } = args;
    const { models } = args.models;
    const report = new LambdaFunction(
      name,
      {
        foundation,
        network,
        part: "report-model-age",
        description: "Publishes the age of the serving models as metrics",
        factory: reportModelAgeFactory,
        environment: {
          CAMPAIGN_ARNS: pulumi.jsonStringify(
            Object.fromEntries(models.map((model) => [model.name, model.campaignArn])),
          ),
          DATASET_GROUP_ARN: args.models.datasetGroupArn,
          EVENT_TRACKER_ARN: args.models.eventTrackerArn,
          INTERACTIONS_DATASET_ARN: args.models.interactionsDatasetArn,
          LEAST_EVENT_REQUESTS: String(args.leastEventRequests),
          STACK: foundation.stack,
        },
        permissions: [
          allow(
            ["personalize:DescribeCampaign"],
            models.map(({ campaignArn }) => campaignArn),
          ),
          allow(
            ["personalize:DescribeSolutionVersion"],
            models.flatMap(({ solutionArn }) => [solutionArn, pulumi.interpolate`${solutionArn}/*`]),
          ),
          // IAM has no resource type for reading metrics (Service Authorization Reference).
          allow(["cloudwatch:GetMetricStatistics"], "*"),
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
        part: "model-age-schedule",
        description: "Reports the age of the serving models",
        // A rate fires at once for the first time, so the alarm has a value soon after the deployment.
        scheduleExpression: "rate(1 hour)",
        target: report.arn,
        action: "lambda:InvokeFunction",
      },
      this,
    );
    this.registerOutputs({});
  }
}
