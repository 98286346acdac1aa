import * as iam from "@pulumi/aws/iam";
import * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import { checkTrainingDataFactory } from "../../functions/check-training-data";
import { evaluateModelFactory } from "../../functions/evaluate-model";
import { refreshPopularItemsFactory } from "../../functions/refresh-popular-items";
import type { DataStore } from "../ingestion/data-store";
import { CallbackLambda } from "../lambda/lambda-function";
import type { Model, RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { schedule } from "../platform/schedule";
import { allow, assumedBy, policyDocument, type Statement } from "../support/policy";
import { type RetrainedModel, retrainingDefinition } from "./state-machine";

/** The gate's bounds for one model. */
export interface GateBounds {
  floor: number;
  allowedDrop: number;
}

export interface ModelRetrainingArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  models: RecommendationModels;
  topicArn: pulumi.Input<string>;
  metric: string;
  /** By model name. */
  gates: Readonly<Record<string, GateBounds>>;
  /** SSM parameter of the version that is served, by model name. */
  versionParameters: Readonly<Record<string, string>>;
  schedule: string;
  timeZone: string;
  leastEventRequests: number;
  trainingTimeoutHours: number;
  /** Whether the topic gets a message when a run had nothing to do. */
  notifySkips: boolean;
  /** The stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
}

/**
 * The daily retraining: a state machine with a gate, its schedule, and the functions that judge.
 * @example
 * new ModelRetraining("retraining", { ...config, foundation, data, models, topicArn, metric: "precision_at_5",
 *   gates: { recommendation: { floor: 0.01, allowedDrop: 0.02 } }, versionParameters, schedule: "cron(0 3 * * ? *)",
 *   timeZone: "UTC", scheduleGroup: group.name })
 */
export class ModelRetraining extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;

  constructor(name: string, args: ModelRetrainingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:retraining:ModelRetraining", name, {}, opts);
    const { foundation } = args;
    const functions = this.functions(name, args);
    const physical = foundation.name("retraining");
    const logs = foundation.logGroup(`${name}-logs`, `/aws/vendedlogs/states/${physical}`, this);
    const role = new iam.Role(
      `${name}-role`,
      {
        name: physical,
        assumeRolePolicy: assumedBy("states.amazonaws.com", foundation.accountId),
        tags: foundation.tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: policyDocument(this.permissions(args, functions, physical)) },
      { parent: this },
    );
    const machine = new sfn.StateMachine(
      `${name}-state-machine`,
      {
        name: physical,
        type: "STANDARD",
        roleArn: role.arn,
        definition: this.definition(args, functions),
        loggingConfiguration: {
          level: "ALL",
          includeExecutionData: true,
          logDestination: pulumi.interpolate`${logs.arn}:*`,
        },
        tags: foundation.tags,
      },
      { parent: this, dependsOn: policy },
    );
    schedule(
      name,
      {
        foundation,
        group: args.scheduleGroup,
        part: "retraining-schedule",
        description: "Retrains the models",
        expression: args.schedule,
        timeZone: args.timeZone,
        target: machine.arn,
        input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
        action: "states:StartExecution",
      },
      this,
    );
    this.stateMachineArn = machine.arn;
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }

  private functions(name: string, args: ModelRetrainingArgs) {
    const { foundation, network, data, models } = args;
    const common = { foundation, network, timeoutSeconds: 60, memoryMegabytes: 256 };
    const solutions = solutionArns(models);
    const check = new CallbackLambda(
      `${name}-check-training-data`,
      {
        ...common,
        part: "check-training-data",
        description: "Tells whether there is anything new to train on",
        factory: checkTrainingDataFactory,
        environment: {
          DATASET_ARNS: pulumi.jsonStringify([models.interactionsDatasetArn, models.itemsDatasetArn]),
          DATASET_GROUP_ARN: models.datasetGroupArn,
          EVENT_TRACKER_ARN: models.eventTrackerArn,
          INTERACTIONS_DATASET_ARN: models.interactionsDatasetArn,
          LEAST_EVENT_REQUESTS: String(args.leastEventRequests),
        },
        permissions: [
          allow(["personalize:DescribeDatasetGroup"], models.datasetGroupArn),
          // Neither Personalize's lists nor reading metrics have resources in IAM (Service Authorization Reference).
          allow(
            ["personalize:ListSolutionVersions", "personalize:ListDatasetImportJobs", "cloudwatch:GetMetricStatistics"],
            "*",
          ),
        ],
      },
      { parent: this },
    );
    const evaluate = new CallbackLambda(
      `${name}-evaluate-model`,
      {
        ...common,
        part: "evaluate-model",
        description: "The promotion gate: compares a new version with floor, serving version and baseline",
        factory: evaluateModelFactory,
        environment: {},
        permissions: [allow(["personalize:GetSolutionMetrics"], versionsOf(solutions))],
      },
      { parent: this },
    );
    const [recommendation] = models.models;
    if (!recommendation) throw new Error(`ModelRetraining "${name}": \`models\` has no model. Give at least one.`);
    const refresh = new CallbackLambda(
      `${name}-refresh-popular-items`,
      {
        ...common,
        part: "refresh-popular-items",
        description: "Rewrites the list of popular items that serving falls back on",
        factory: refreshPopularItemsFactory,
        environment: {
          CAMPAIGN_ARN: recommendation.campaignArn,
          FALLBACK_BUCKET: data.bucketName,
          FALLBACK_KEY: data.popularKey,
        },
        permissions: [
          allow(["personalize:GetRecommendations"], recommendation.campaignArn),
          data.writesPopular(),
          foundation.encrypts(),
        ],
      },
      { parent: this },
    );
    return { check, evaluate, refresh };
  }

  private definition(args: ModelRetrainingArgs, { check, evaluate, refresh }: Functions): pulumi.Output<string> {
    const { foundation, data, models } = args;
    const resolved = pulumi.all([
      pulumi.all(models.models.map((model, index) => retrained(model, args, index === 0))),
      pulumi.output(models.baselineSolutionArn),
      check.arn,
      evaluate.arn,
      refresh.arn,
      args.topicArn,
      data.bucketName,
    ]);
    return resolved.apply(
      ([retrainedModels, baselineSolutionArn, checkArn, evaluateArn, refreshArn, topicArn, bucket]) =>
        JSON.stringify(
          retrainingDefinition({
            stack: foundation.stack,
            models: retrainedModels,
            baselineSolutionArn,
            checkTrainingDataArn: checkArn,
            evaluateModelArn: evaluateArn,
            refreshPopularItemsArn: refreshArn,
            topicArn,
            bucket,
            decisionsPrefix: data.decisionsPrefix,
            trainingTimeoutHours: args.trainingTimeoutHours,
            notifySkips: args.notifySkips,
          }),
        ),
    );
  }

  private permissions(args: ModelRetrainingArgs, functions: Functions, physical: string): Statement[] {
    const { foundation, data, models } = args;
    const solutions = solutionArns(models);
    const decisions = pulumi.interpolate`${data.bucketArn}/${data.decisionsPrefix}*`;
    return [
      allow(["personalize:CreateSolutionVersion"], solutions),
      allow(["personalize:DescribeSolutionVersion", "personalize:StopSolutionVersionCreation"], versionsOf(solutions)),
      allow(
        ["personalize:DescribeCampaign", "personalize:UpdateCampaign"],
        models.models.map(({ campaignArn }) => campaignArn),
      ),
      allow(["lambda:InvokeFunction"], [functions.check.arn, functions.evaluate.arn, functions.refresh.arn]),
      allow(["s3:PutObject", "s3:GetObject"], decisions),
      // Without it a decision that is not there looks like one that must not be read.
      allow(["s3:ListBucket"], data.bucketArn),
      allow(
        ["ssm:PutParameter"],
        Object.values(args.versionParameters).map((parameter) => foundation.arn("ssm", `parameter${parameter}`)),
      ),
      allow(["sns:Publish"], args.topicArn),
      foundation.encrypts(),
      allow(["states:ListExecutions"], foundation.arn("states", `stateMachine:${physical}`)),
      // Neither metrics nor log deliveries have resources in IAM; the namespace is what can be bounded.
      allow(["cloudwatch:PutMetricData"], "*", { StringEquals: { "cloudwatch:namespace": "PetRecommender" } }),
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

interface Functions {
  check: { arn: pulumi.Output<string> };
  evaluate: { arn: pulumi.Output<string> };
  refresh: { arn: pulumi.Output<string> };
}

/** The popular list comes from the first model's campaign. */
function retrained(
  model: Model,
  args: ModelRetrainingArgs,
  refreshesPopularItems: boolean,
): pulumi.Input<RetrainedModel> {
  const gate = args.gates[model.name];
  const versionParameter = args.versionParameters[model.name];
  if (!gate || !versionParameter) {
    throw new Error(
      `ModelRetraining: \`gates\` and \`versionParameters\` have no entry for the model "${model.name}".`,
    );
  }
  const { itemExplorationConfig } = model;
  return pulumi.all([model.solutionArn, model.campaignArn]).apply(([solutionArn, campaignArn]) => ({
    name: model.name,
    solutionArn,
    campaignArn,
    versionParameter,
    minProvisionedTPS: model.minProvisionedTPS,
    campaignConfig: itemExplorationConfig ? { ItemExplorationConfig: itemExplorationConfig } : {},
    metric: args.metric,
    ...gate,
    refreshesPopularItems,
  }));
}

function solutionArns({ models, baselineSolutionArn }: RecommendationModels): pulumi.Output<string>[] {
  return [...models.map(({ solutionArn }) => solutionArn), ...(baselineSolutionArn ? [baselineSolutionArn] : [])];
}

/**
 * For actions on versions, whose ARNs end in a generated part: `solution/<name>/<8 hex>`. IAM knows only the resource
 * type solution, so both forms are named.
 */
function versionsOf(solutions: pulumi.Output<string>[]): pulumi.Output<string>[] {
  return solutions.flatMap((arn) => [arn, pulumi.interpolate`${arn}/*`]);
}
