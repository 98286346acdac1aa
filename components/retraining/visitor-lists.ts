import * as pulumi from "@pulumi/pulumi";
import { functionParts } from "../../contract/layout";
import { writeUserListFactory } from "../../functions/write-user-list";
import type { DataStore } from "../ingestion/data-store";
import { LambdaFunction } from "../lambda/lambda-function";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { createServiceRole } from "../platform/service-role";
import { allow, matchVersions, type Statement } from "../support/policy";
import type { BatchArgs } from "./definition";

/** A job's name has at most 63 characters (API reference, CreateBatchInferenceJob); the end is a hyphen and milliseconds. */
const longestPrefix = 63 - "-1785200000000".length;

export interface VisitorListsArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  models: RecommendationModels;
}

/**
 * Lets the retraining write a list for every visitor: the role of Personalize's jobs, and the function that turns
 * an export into the jobs' input.
 * @example
 * new VisitorLists("lists", { foundation, data, models })
 */
export class VisitorLists extends pulumi.ComponentResource {
  readonly batch: pulumi.Output<BatchArgs>;
  private readonly args: VisitorListsArgs;
  private readonly roleArn: pulumi.Output<string>;
  private readonly functionArn: pulumi.Output<string>;
  /** Start of the jobs' names. */
  private readonly jobPrefix: string;

  constructor(name: string, args: VisitorListsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:retraining:VisitorLists", name, {}, opts);
    const { foundation, network, data, models } = args;
    this.args = args;
    this.jobPrefix = foundation.name("lists", longestPrefix);
    const role = createServiceRole(
      name,
      {
        foundation,
        roleName: foundation.name("personalize-batch"),
        trust: foundation.createTrust("personalize", "*"),
        statements: [...data.allowBatch(), foundation.allowPersonalizeJobs({ exporting: true })],
      },
      this,
    );
    this.roleArn = role.usableArn;
    const writeUserList = new LambdaFunction(
      `${name}-write-user-list`,
      {
        foundation,
        network,
        part: functionParts.writeUserList,
        description: "Writes the known visitors as the input of a batch inference",
        factory: writeUserListFactory,
        environment: { BUCKET: data.bucketName },
        permissions: [...data.allowBatch(), foundation.allowKey(["kms:GenerateDataKey", "kms:Decrypt"], "s3")],
        // It reads all interactions once, and keeps the ids of all visitors.
        timeoutSeconds: 900,
        memoryMegabytes: 1_024,
      },
      { parent: this },
    );
    this.functionArn = writeUserList.arn;
    this.batch = pulumi
      .all([
        this.roleArn,
        models.interactionsDatasetArn,
        writeUserList.arn,
        pulumi.output(models.availabilityFilterArn),
      ])
      .apply(([roleArn, interactionsDatasetArn, writeUserListArn, filterArn]) => ({
        roleArn,
        interactionsDatasetArn,
        writeUserListArn,
        filterArn,
        prefix: data.batchPrefix,
        jobPrefix: this.jobPrefix,
      }));
    this.registerOutputs({});
  }

  /** Allows the state machine to run the jobs, and to write what became of them. */
  listPermissions(): Statement[] {
    const { foundation, data, models } = this.args;
    const jobs = (kind: string) => foundation.arn("personalize", `${kind}/${this.jobPrefix}-*`);
    const [recommendation] = models.models;
    if (!recommendation) throw new Error("VisitorLists: `models` has no model. Give at least one.");
    return [
      // Both actions need two resources (Service Authorization Reference): the job, and what it reads.
      allow(["personalize:CreateDatasetExportJob"], [jobs("dataset-export-job"), models.interactionsDatasetArn]),
      allow(
        ["personalize:CreateBatchInferenceJob"],
        [jobs("batch-inference-job"), ...matchVersions([recommendation.solutionArn])],
      ),
      foundation.allowStartingExports(),
      allow(["personalize:DescribeDatasetExportJob"], jobs("dataset-export-job")),
      allow(["personalize:DescribeBatchInferenceJob"], jobs("batch-inference-job")),
      allow(["iam:PassRole"], this.roleArn, {
        StringEquals: { "iam:PassedToService": "personalize.amazonaws.com" },
      }),
      allow(["lambda:InvokeFunction"], this.functionArn),
      allow(["s3:PutObject"], pulumi.interpolate`${data.bucketArn}/${data.batchPrefix}*`),
    ];
  }
}
