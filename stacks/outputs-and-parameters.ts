import * as iam from "@pulumi/aws/iam";
import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import type { DataStore } from "../components/ingestion/data-store";
import type { EventIngestion } from "../components/ingestion/event-ingestion";
import type { RecommendationModels } from "../components/models/recommendation-models";
import type { Notifications } from "../components/observability/notifications";
import type { Observability } from "../components/observability/observability";
import type { Foundation } from "../components/platform/foundation";
import type { ModelRetraining } from "../components/retraining/model-retraining";
import type { ExperimentDefinition } from "../components/serving/experiment-definition";
import type { RecommendationServing } from "../components/serving/recommendation-serving";
import { allow, createPolicy } from "../components/support/policy";
import type { Placement, RecommenderContract } from "../contract";
import { recipes } from "../dynamic-providers/checks/recipes";
import { prefixes, type StackParameters, standardPlacement } from "../names/layout";

/** The contract as outputs of this program. */
export type RecommenderOutputs = {
  readonly [K in keyof RecommenderContract]: pulumi.Output<NonNullable<RecommenderContract[K]>>;
};

export interface StackContractArgs {
  foundation: Foundation;
  parameters: StackParameters;
  data: DataStore;
  ingestion: EventIngestion;
  models: RecommendationModels;
  notifications: Notifications;
  observability: Observability;
  retraining: ModelRetraining;
  serving: RecommendationServing;
  asleep: boolean;
  /** The paths of parameters that exist and are the stack's. */
  ownParameters: ReadonlySet<string>;
  /** The placements by name. Absent: no output and no parameter. */
  placements: Readonly<Record<string, Placement>> | undefined;
  /** Absent: no output and no parameter. */
  experiment: (Pick<ExperimentDefinition, "definition" | "text"> & { remembered: pulumi.Resource }) | undefined;
}

/**
 * The contract with other teams: stack outputs, and the same values as SSM parameters for teams
 * without Pulumi.
 * @example
 * ```ts
 * import { StackContract, type StackContractArgs } from "./outputs-and-parameters";
 *
 * export const publish = (parts: StackContractArgs) =>
 *   new StackContract("contract", parts).outputs;
 * ```
 */
export class StackContract extends pulumi.ComponentResource {
  readonly outputs: RecommenderOutputs;

  constructor(name: string, args: StackContractArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:stack:StackContract", name, {}, opts);
    const { data, experiment, ingestion, models, placements, serving } = args;
    const archiveReadPolicyArn = this.createArchiveReadPolicy(name, args);
    this.createParameters(name, args, archiveReadPolicyArn);
    this.outputs = {
      recommendFunctionName: serving.recommend.name,
      recommendFunctionArn: serving.recommend.arn,
      rerankFunctionName: serving.rerank?.name ?? pulumi.output(""),
      rerankFunctionArn: serving.rerank?.arn ?? pulumi.output(""),
      eventStreamName: ingestion.streamName,
      eventStreamArn: ingestion.streamArn,
      archiveBucketName: ingestion.archiveBucketName,
      quarantineBucketName: ingestion.quarantineBucketName,
      dataBucketName: data.bucketName,
      datasetGroupArn: models.datasetGroupArn,
      campaignArns: pulumi.all(Object.fromEntries(models.models.map((model) => [model.name, model.campaignArn]))),
      eventTrackerArn: models.eventTrackerArn,
      retrainingStateMachineArn: args.retraining.stateMachineArn,
      notificationTopicArn: args.notifications.topicArn,
      dashboardName: args.observability.dashboardName,
      parameterPrefix: pulumi.output(args.parameters.prefix),
      invokePolicyArn: serving.invokePolicyArn,
      producerPolicyArn: this.createProducerPolicy(name, args),
      archiveReadPolicyArn,
      ...(placements && { placements: pulumi.output({ ...placements }) }),
      ...(experiment && { experiment: pulumi.output(experiment.definition) }),
    };
    this.registerOutputs({ ...this.outputs });
  }

  private createProducerPolicy(name: string, { foundation, ingestion }: StackContractArgs): pulumi.Output<string> {
    return new iam.Policy(
      `${name}-producer`,
      {
        name: foundation.name("producer"),
        description: "May put visitor events on the recommender's stream",
        policy: createPolicy([
          allow(["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStreamSummary"], ingestion.streamArn),
          foundation.key.allow(["kms:GenerateDataKey"], "kinesis"),
        ]),
        tags: foundation.tags,
      },
      { parent: this },
    ).arn;
  }

  /** For a team that analyses events: the records, and nothing else of the bucket or the stack. */
  private createArchiveReadPolicy(name: string, { foundation, ingestion }: StackContractArgs): pulumi.Output<string> {
    const records = pulumi.interpolate`${ingestion.archiveBucketArn}/${prefixes.archive}*`;
    return new iam.Policy(
      `${name}-archive-reader`,
      {
        name: foundation.name("archive-reader"),
        description: "May read the archived events of the recommender",
        policy: createPolicy([
          allow(["s3:GetObject"], records),
          allow(["s3:ListBucket"], ingestion.archiveBucketArn, { StringLike: { "s3:prefix": `${prefixes.archive}*` } }),
          // Athena asks where a bucket is ("Access to Amazon S3 from Athena", Athena guide).
          allow(["s3:GetBucketLocation"], ingestion.archiveBucketArn),
          foundation.key.allow(["kms:Decrypt"], "s3"),
        ]),
        tags: foundation.tags,
      },
      { parent: this },
    ).arn;
  }

  private createParameters(name: string, args: StackContractArgs, archiveReadPolicyArn: pulumi.Output<string>): void {
    const { parameters, data, foundation, ingestion, models } = args;
    const { experiment, notifications, placements, retraining, serving } = args;
    const createParameter = (part: string, path: string, value: pulumi.Input<string>, after?: pulumi.Resource) =>
      new ssm.Parameter(
        `${name}-${part}`,
        {
          name: path,
          type: "String",
          value,
          // An `up` that was killed may have created it without recording it. The service takes no
          // tags together with it (API reference, PutParameter), so a new one is without.
          ...(args.ownParameters.has(path) && { overwrite: true }),
          tags: foundation.tags,
        },
        // It says only how the parameter is created.
        { parent: this, dependsOn: after ?? [], ignoreChanges: ["overwrite"] },
      );
    createParameter("stream-name", parameters.streamName, ingestion.streamName);
    createParameter("event-types", parameters.eventTypes, JSON.stringify(data.eventTypes));
    createParameter("archive-bucket-name", parameters.archiveBucketName, ingestion.archiveBucketName);
    createParameter("archive-read-policy", parameters.archiveReadPolicy, archiveReadPolicyArn);
    createParameter("encryption-key", parameters.encryptionKey, foundation.key.arn);
    createParameter("seed-bucket-name", parameters.seedBucketName, data.bucketName);
    createParameter("quarantine-bucket-name", parameters.quarantineBucketName, ingestion.quarantineBucketName);
    createParameter("retraining", parameters.retrainingStateMachine, retraining.stateMachineArn);
    createParameter("notification-topic", parameters.notificationTopic, notifications.topicArn);
    createParameter("dataset-group", parameters.datasetGroup, models.datasetGroupArn);
    createParameter("import-role", parameters.importRole, models.importRoleArn);
    if (models.usersDatasetArn) createParameter("users-dataset", parameters.usersDataset, models.usersDatasetArn);
    createParameter("event-tracker-id", parameters.eventTrackerId, models.trackingId);
    for (const model of models.models) {
      createParameter(`${model.name}-campaign`, parameters.campaign(model.name), model.campaignArn);
      const { name: functionName } =
        recipes[model.recipe].subject === "list" ? (serving.rerank ?? serving.recommend) : serving.recommend;
      createParameter(`${model.name}-function`, parameters.functionName(model.name), functionName);
      // The retraining rewrites it at each promotion. Pulumi sees another value only when it has
      // looked at the campaign, or replaced it.
      createParameter(`${model.name}-version`, parameters.solutionVersion(model.name), model.servingVersionArn);
      if (model.name === standardPlacement) {
        createParameter("recommendation-solution", parameters.recommendationSolution, model.solutionArn);
      }
    }
    // Written after the campaigns were deleted or serve, so that its history says when.
    createParameter("asleep", parameters.asleep, String(args.asleep), models);
    if (placements) createParameter("placements", parameters.placements, JSON.stringify(placements));
    // A reader who finds it also finds the object with the experiment's start.
    if (experiment) createParameter("experiment", parameters.experiment, experiment.text, experiment.remembered);
  }
}
