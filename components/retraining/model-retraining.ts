import * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import { recipes } from "../../dynamic-providers/checks/recipes";
import { type Environment as CheckEnvironment, checkTrainingDataFactory } from "../../functions/check-training-data";
import { type Environment as EvaluateEnvironment, evaluateModelFactory } from "../../functions/evaluate-model";
import {
  type Environment as RefreshEnvironment,
  refreshPopularItemsFactory,
} from "../../functions/refresh-popular-items";
import type { Gate } from "../../functions/retraining/promotion-gate";
import { functionParts, listParameters, metricNamespace, parts, prefixes, scheduleParts } from "../../names/layout";
import { logGroups } from "../../names/log-groups";
import type { DataStore } from "../ingestion/data-store";
import { LambdaFunction } from "../lambda/lambda-function";
import type { Model, RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { createSchedule } from "../platform/schedule";
import { createServiceRole } from "../platform/service-role";
import { allow, type Statement } from "../support/policy";
import type { RetrainedModel } from "./definition";
import { createRetrainingDefinition } from "./state-machine";

/** The keys of the stack's configuration that this component uses. */
export interface RetrainingConfig {
  /** The gate's bounds, by model name. */
  gates: Readonly<Record<string, Gate>>;
  /** `rate(…)` or `cron(…)`. */
  retrainingSchedule: string;
  retrainingTimeZone: string;
  leastNewEvents: number;
  trainingTimeoutHours: number;
  /** Sends a message to the topic also when a run had nothing to do. */
  notifySkips: boolean;
}

export interface ModelRetrainingArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  models: RecommendationModels;
  /** The stream whose records are new data. */
  streamName: pulumi.Input<string>;
  topicArn: pulumi.Input<string>;
  config: RetrainingConfig;
  /** Name of the stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
}

/**
 * The daily retraining: a state machine with a gate, its schedule, and its functions.
 * @example new ModelRetraining("retraining", { foundation, data, models, config, streamName,
 * topicArn, scheduleGroup })
 */
export class ModelRetraining extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;

  constructor(name: string, args: ModelRetrainingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:retraining:ModelRetraining", name, {}, opts);
    const { foundation } = args;
    const functions = this.createFunctions(name, args);
    const physical = foundation.name(parts.stateMachine);
    const logs = foundation.createLogGroup(`${name}-logs`, logGroups.ofStateMachine(physical), this);
    const role = createServiceRole(
      name,
      {
        foundation,
        roleName: physical,
        trust: foundation.createTrust("states", `stateMachine:${physical}`),
        statements: this.listPermissions(args, functions, physical, logs),
      },
      this,
    );
    const machine = new sfn.StateMachine(
      `${name}-state-machine`,
      {
        name: physical,
        type: "STANDARD",
        roleArn: role.arn,
        definition: this.createDefinition(args, functions),
        loggingConfiguration: {
          level: "ALL",
          includeExecutionData: true,
          logDestination: pulumi.interpolate`${logs.arn}:*`,
        },
        tags: foundation.tags,
      },
      {
        parent: this,
        dependsOn: role.policy,
        // Running executions end at their next transition, and only then is the machine deleted
        // (API reference, DeleteStateMachine). The longest state takes 15 minutes: a function, or
        // the pause before a retry.
        customTimeouts: { delete: "30m" },
      },
    );
    createSchedule(
      name,
      {
        foundation,
        groupName: args.scheduleGroup,
        part: scheduleParts.retraining,
        description: "Retrains the models",
        scheduleExpression: args.config.retrainingSchedule,
        scheduleExpressionTimezone: args.config.retrainingTimeZone,
        target: machine.arn,
        input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
        action: "states:StartExecution",
      },
      this,
    );
    this.stateMachineArn = machine.arn;
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }

  private createFunctions(name: string, args: ModelRetrainingArgs) {
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
          allow(["personalize:DescribeCampaign"], foundation.personalizeArns("campaign")),
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
      { parent: this },
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
          allow(
            ["personalize:GetSolutionMetrics", "personalize:DescribeSolutionVersion"],
            foundation.personalizeArns("solution"),
          ),
          ...data.allowReading("decisions"),
          foundation.key.allow(["kms:Decrypt"], "s3"),
        ],
      },
      { parent: this },
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
      { parent: this },
    );
    return { check, evaluate, refresh };
  }

  private createDefinition(args: ModelRetrainingArgs, { check, evaluate, refresh }: Functions): pulumi.Output<string> {
    const { data, models, config } = args;
    const resolved = pulumi.output({
      stack: args.foundation.stack,
      models: models.models.map((model) => describeModel(model, args)),
      baselineSolutionArn: models.baselineSolutionArn,
      checkTrainingDataArn: check.arn,
      evaluateModelArn: evaluate.arn,
      refreshPopularItemsArn: refresh.arn,
      topicArn: args.topicArn,
      bucket: data.bucketName,
      decisionsPrefix: prefixes.decisions,
      trainingTimeoutHours: config.trainingTimeoutHours,
      notifySkips: config.notifySkips,
    });
    return resolved.apply((definition) => JSON.stringify(createRetrainingDefinition(definition)));
  }

  private listPermissions(
    args: ModelRetrainingArgs,
    functions: Functions,
    physical: string,
    logs: { arn: pulumi.Output<string> },
  ): Statement[] {
    const { foundation, data } = args;
    return [
      allow(
        [
          "personalize:CreateSolutionVersion",
          "personalize:DescribeSolutionVersion",
          "personalize:StopSolutionVersionCreation",
        ],
        foundation.personalizeArns("solution"),
      ),
      allow(["personalize:DescribeCampaign", "personalize:UpdateCampaign"], foundation.personalizeArns("campaign")),
      allow(["lambda:InvokeFunction"], [functions.check.arn, functions.evaluate.arn, functions.refresh.arn]),
      allow(["s3:PutObject"], pulumi.interpolate`${data.bucketArn}/${prefixes.decisions}*`),
      ...data.allowReading("decisions"),
      allow(
        ["ssm:GetParameter", "ssm:PutParameter"],
        foundation.arn("ssm", `parameter${listParameters(foundation.stack).solutionVersion("*")}`),
      ),
      allow(["sns:Publish"], args.topicArn),
      foundation.key.allow(["kms:GenerateDataKey", "kms:Decrypt"], "s3", "sns"),
      allow(["states:ListExecutions"], foundation.arn("states", `stateMachine:${physical}`)),
      // The log delivery service writes; the guide lists both for the role as well ("Using
      // CloudWatch Logs").
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:*`),
      // IAM has no resource types for metrics and log deliveries; only the namespace can be
      // restricted.
      allow(["cloudwatch:PutMetricData"], "*", { StringEquals: { "cloudwatch:namespace": metricNamespace } }),
      allow(
        [
          "logs:CreateLogDelivery",
          "logs:GetLogDelivery",
          "logs:UpdateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:DescribeResourcePolicies",
          "logs:DescribeLogGroups",
        ],
        "*",
      ),
    ];
  }
}

type Functions = Record<"check" | "evaluate" | "refresh", { arn: pulumi.Output<string> }>;

/** Describes a model to the state machine. */
function describeModel(model: Model, args: ModelRetrainingArgs): pulumi.Input<RetrainedModel> {
  const gate = new Map(Object.entries(args.config.gates)).get(model.name);
  if (!gate) throw new Error(`ModelRetraining: \`config.gates\` has no entry for the model "${model.name}".`);
  return pulumi.all([model.solutionArn, model.campaignArn]).apply(([solutionArn, campaignArn]) => ({
    name: model.name,
    solutionArn,
    campaignArn,
    versionParameter: listParameters(args.foundation.stack).solutionVersion(model.name),
    gate,
    mustBeatPopularity: recipes[model.recipe].personal,
    onlyOnRequest: recipes[model.recipe].refreshesItself,
    refreshesFallback: model === args.models.recommendation,
  }));
}
