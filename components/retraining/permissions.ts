import * as pulumi from "@pulumi/pulumi";
import { listParameters, metricNamespace, prefixes } from "../../names/layout";
import type { DataStore } from "../ingestion/data-store";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import { allow, type Statement } from "../support/policy";
import type { Functions } from "./functions";

interface PermissionsArgs {
  foundation: Foundation;
  data: DataStore;
  models: Pick<RecommendationModels, "campaignPatterns" | "solutionPatterns">;
  topicArn: pulumi.Input<string>;
}

/** Lists what the role of the state machine may do. */
export function listPermissions(
  args: PermissionsArgs,
  functions: Functions,
  physical: string,
  logs: { arn: pulumi.Output<string> },
): Statement[] {
  const { foundation, data, models } = args;
  return [
    allow(
      [
        "personalize:CreateSolutionVersion",
        "personalize:DescribeSolutionVersion",
        "personalize:StopSolutionVersionCreation",
      ],
      models.solutionPatterns,
    ),
    allow(["personalize:DescribeCampaign", "personalize:UpdateCampaign"], models.campaignPatterns),
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
