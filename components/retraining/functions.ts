import * as pulumi from "@pulumi/pulumi";
import { type Environment as CheckEnvironment, checkTrainingDataFactory } from "../../functions/check-training-data";
import { type Environment as EvaluateEnvironment, evaluateModelFactory } from "../../functions/evaluate-model";
import {
  type Environment as RefreshEnvironment,
  refreshPopularItemsFactory,
} from "../../functions/refresh-popular-items";
import { functionParts, prefixes } from "../../names/layout";
import type { DataStore } from "../ingestion/data-store";
import { LambdaFunction } from "../lambda/lambda-function";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { allow } from "../support/policy";

export interface RetrainingFunctionsArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  models: RecommendationModels;
  /** The stream whose records are new data. */
  streamName: pulumi.Input<string>;
  config: { readonly leastNewEvents: number };
}

/** The functions that the state machine invokes. */
export type Functions = Record<"check" | "evaluate" | "refresh", { arn: pulumi.Output<string> }>;

/** Creates the functions that the state machine invokes. */
export function createFunctions(name: string, args: RetrainingFunctionsArgs, parent: pulumi.Resource) {
  const { foundation, network, data, models } = args;
  const common = { foundation, network, timeoutSeconds: 60, memoryMegabytes: 256 };
  const check = new LambdaFunction<CheckEnvironment>(
    `${name}-check-training-data`,
    {
      ...common,
      part: functionParts.checkTrainingData,
      description: "Checks whether there is new data to train on",
      factory: checkTrainingDataFactory,
      environment: {
        DATASET_ARNS: pulumi.jsonStringify([
          models.interactionsDatasetArn,
          models.itemsDatasetArn,
          ...(models.usersDatasetArn ? [models.usersDatasetArn] : []),
        ]),
        DATASET_GROUP_ARN: models.datasetGroupArn,
        LEAST_NEW_EVENTS: String(args.config.leastNewEvents),
        STACK: foundation.stack,
        STREAM_NAME: args.streamName,
      },
      permissions: [
        allow(["personalize:DescribeDatasetGroup"], models.datasetGroupArn),
        allow(["personalize:DescribeCampaign"], models.campaignPatterns),
        // IAM has no resource types for Personalize's lists and for reading metrics (Service
        // Authorization Reference).
        allow(
          [
            "personalize:ListSolutionVersions",
            "personalize:ListDatasetImportJobs",
            "personalize:ListDataDeletionJobs",
            "cloudwatch:GetMetricStatistics",
          ],
          "*",
        ),
      ],
    },
    { parent },
  );
  const evaluate = new LambdaFunction<EvaluateEnvironment>(
    `${name}-evaluate-model`,
    {
      ...common,
      part: functionParts.evaluateModel,
      description:
        "Promotion gate: compares a new version with the threshold, the versions that served and the baseline",
      factory: evaluateModelFactory,
      environment: { DATA_BUCKET: data.bucketName, DECISIONS_PREFIX: prefixes.decisions },
      permissions: [
        allow(["personalize:GetSolutionMetrics", "personalize:DescribeSolutionVersion"], models.solutionPatterns),
        ...data.allowReading("decisions"),
        foundation.key.allow(["kms:Decrypt"], "s3"),
      ],
    },
    { parent },
  );
  const { campaignArn } = models.recommendation;
  const filter = models.availabilityFilterArn;
  const refresh = new LambdaFunction<RefreshEnvironment>(
    `${name}-refresh-popular-items`,
    {
      ...common,
      part: functionParts.refreshPopularItems,
      description: "Refreshes the fallback list of popular items",
      factory: refreshPopularItemsFactory,
      environment: {
        CAMPAIGN_ARN: campaignArn,
        CHANGED_ITEMS: prefixes.items,
        DATA_BUCKET: data.bucketName,
        FALLBACK_KEY: data.fallbackKey,
        AVAILABILITY_FILTER_ARN: filter,
      },
      permissions: [
        allow(["personalize:GetRecommendations"], campaignArn),
        ...(filter === undefined ? [] : [allow(["personalize:GetRecommendations"], filter)]),
        ...data.allowReading("items"),
        data.allowWritingFallback(),
        foundation.key.allow(["kms:GenerateDataKey", "kms:Decrypt"], "s3"),
      ],
    },
    { parent },
  );
  return { check, evaluate, refresh };
}
