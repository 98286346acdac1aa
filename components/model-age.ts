import * as iam from "@pulumi/aws/iam";
import * as scheduler from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import { reportModelAgeFactory } from "../functions/report-model-age";
import { CallbackLambda } from "./callback-lambda";
import type { Foundation } from "./foundation";
import type { Network } from "./network";
import { allow, assumedBy, policyDocument } from "./policy";
import type { RecommendationModels } from "./recommendation-models";

export interface ModelAgeArgs {
  foundation: Foundation;
  network?: Network | undefined;
  models: RecommendationModels;
}

/**
 * Publishes the age of each serving model every hour: Personalize has no metric for it.
 * @example
 * new ModelAge("model-age", { foundation, models })
 */
export class ModelAge extends pulumi.ComponentResource {
  constructor(name: string, args: ModelAgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:observability:ModelAge", name, {}, opts);
    const { foundation, network } = args;
    const { models } = args.models;
    const physical = foundation.name("model-age-schedule");
    const report = new CallbackLambda(
      name,
      {
        foundation,
        network,
        part: "report-model-age",
        description: "Publishes how old the serving models are",
        factory: reportModelAgeFactory,
        environment: {
          CAMPAIGN_ARNS: pulumi.jsonStringify(
            Object.fromEntries(models.map((model) => [model.name, model.campaignArn])),
          ),
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
        ],
        timeoutSeconds: 60,
        memoryMegabytes: 256,
      },
      { parent: this },
    );
    const role = new iam.Role(
      `${name}-schedule-role`,
      {
        name: physical,
        assumeRolePolicy: assumedBy("scheduler.amazonaws.com", foundation.accountId),
        tags: foundation.tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-schedule-policy`,
      { role: role.name, policy: policyDocument([allow(["lambda:InvokeFunction"], report.arn)]) },
      { parent: this },
    );
    new scheduler.Schedule(
      `${name}-schedule`,
      {
        name: physical,
        description: "Reports the age of the serving models",
        // A rate begins at once, so the alarm has its first value soon after the deployment.
        scheduleExpression: "rate(1 hour)",
        flexibleTimeWindow: { mode: "OFF" },
        target: { arn: report.arn, roleArn: role.arn, input: "{}" },
      },
      { parent: this, dependsOn: policy },
    );
    this.registerOutputs({});
  }
}
