import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { writeUserListFactory } from "../../functions/write-user-list";
import type { DataStore } from "../ingestion/data-store";
import { LambdaFunction } from "../lambda/lambda-function";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { allow, createPolicy, createTrustPolicy, type Statement } from "../support/policy";
import type { BatchArgs } from "./definition";

export interface VisitorListsArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  models: RecommendationModels;
}

/**
 * What the retraining needs to write a list for every visitor: the role of Personalize's jobs, and the function that turns
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
    this.jobPrefix = foundation.name("lists");
    const role = new iam.Role(
      `${name}-role`,
      {
        name: foundation.name("personalize-batch"),
        assumeRolePolicy: createTrustPolicy("personalize.amazonaws.com", foundation.accountId),
        tags: foundation.tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: createPolicy([...data.allowBatch(), foundation.allowEncryption()]) },
      { parent: this },
    );
    this.roleArn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    const writeUserList = new LambdaFunction(
      `${name}-write-user-list`,
      {
        foundation,
        network,
        part: "write-user-list",
        description: "Writes the known visitors as the input of a batch inference",
        factory: writeUserListFactory,
        environment: { BUCKET: data.bucketName },
        permissions: [...data.allowBatch(), foundation.allowEncryption()],
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
    const { foundation, data } = this.args;
    const jobs = (kind: string) => foundation.arn("personalize", `${kind}/${this.jobPrefix}-*`);
    return [
      allow(["personalize:CreateDatasetExportJob", "personalize:DescribeDatasetExportJob"], jobs("dataset-export-job")),
      allow(
        ["personalize:CreateBatchInferenceJob", "personalize:DescribeBatchInferenceJob"],
        jobs("batch-inference-job"),
      ),
      allow(["iam:PassRole"], this.roleArn, {
        StringEquals: { "iam:PassedToService": "personalize.amazonaws.com" },
      }),
      allow(["lambda:InvokeFunction"], this.functionArn),
      allow(["s3:PutObject"], pulumi.interpolate`${data.bucketArn}/${data.batchPrefix}*`),
    ];
  }
}
