import { notImplemented } from "../../../aws/fault";
import type { PolicyDocument } from "../../../host/principal";
import type { IamState, ManagedPolicy } from "./state";

const allow = (first: string, ...more: string[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: more.length === 0 ? first : [first, ...more], Resource: "*" }],
});
const writesLogs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

/**
 * AWS's own policies that programs and AWS's tutorials often attach, by path and name, as the AWS
 * Managed Policy Reference Guide prints them.
 */
const documents: Readonly<Record<string, PolicyDocument>> = {
  "/AdministratorAccess": allow("*"),
  "/AmazonKinesisFullAccess": allow("kinesis:*"),
  "/AmazonKinesisReadOnlyAccess": allow("kinesis:Get*", "kinesis:List*", "kinesis:Describe*"),
  "/AmazonS3FullAccess": allow("s3:*", "s3-object-lambda:*"),
  "/AmazonS3ReadOnlyAccess": allow(
    "s3:Get*",
    "s3:List*",
    "s3:Describe*",
    "s3-object-lambda:Get*",
    "s3-object-lambda:List*",
  ),
  "/AmazonSSMReadOnlyAccess": allow("ssm:Describe*", "ssm:Get*", "ssm:List*"),
  "/AWSStepFunctionsFullAccess": allow("states:*"),
  "/IAMReadOnlyAccess": allow(
    "iam:GenerateCredentialReport",
    "iam:GenerateServiceLastAccessedDetails",
    "iam:Get*",
    "iam:List*",
    "iam:SimulateCustomPolicy",
    "iam:SimulatePrincipalPolicy",
  ),
  "/service-role/AmazonPersonalizeFullAccess": {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["personalize:*"], Resource: "*" },
      { Effect: "Allow", Action: ["cloudwatch:PutMetricData", "cloudwatch:ListMetrics"], Resource: "*" },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"],
        Resource: ["arn:aws:s3:::*Personalize*", "arn:aws:s3:::*personalize*"],
      },
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: "*",
        Condition: { StringEquals: { "iam:PassedToService": "personalize.amazonaws.com" } },
      },
    ],
  },
  "/service-role/AWSLambdaBasicExecutionRole": allow(
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ),
  "/service-role/AWSLambdaKinesisExecutionRole": allow(
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
    ...writesLogs,
  ),
  "/service-role/AWSLambdaVPCAccessExecutionRole": {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AWSLambdaVPCAccessExecutionPermissions",
        Effect: "Allow",
        Action: [
          ...writesLogs,
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ],
        Resource: "*",
      },
    ],
  },
};

const prefix = "arn:aws:iam::aws:policy";
const since = new Date("2015-04-09T15:03:43Z");

function createAwsManaged(pathAndName: string, document: PolicyDocument): ManagedPolicy {
  const [, path = "/", name = ""] = /^(\/(?:.+\/)?)([^/]+)$/.exec(pathAndName) ?? [];
  const version = { id: "v1", created: since, document, text: JSON.stringify(document) };
  return {
    name,
    path,
    arn: prefix + pathAndName,
    id: `ANPAAWS${name.toUpperCase().replace(/[^A-Z]/g, "")}`.slice(0, 21),
    created: since,
    updated: since,
    description: undefined,
    defaultVersion: "v1",
    nextVersion: 2,
    versions: new Map([["v1", version]]),
    tags: new Map(),
  };
}

/** AWS's own policies whose documents the account has, by ARN. */
export const awsManagedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  Object.entries(documents).map(([name, document]) => [prefix + name, createAwsManaged(name, document)]),
);

/** A managed policy of the account or of AWS, if the account has it. */
export const findManaged = ({ policies }: IamState, arn: string): ManagedPolicy | undefined =>
  awsManagedPolicies.get(arn) ?? policies.get(arn);

const knownNames = new Set([...awsManagedPolicies.values()].map(({ name }) => name));

/**
 * Returns 501 for any other: AWS has some 1,500, and the account does not know their documents. A
 * name that it knows at another path does not exist.
 */
export function refuseUnknownAwsPolicy(arn: string): void {
  if (!arn.startsWith(`${prefix}/`) || awsManagedPolicies.has(arn)) return;
  if (!knownNames.has(arn.split("/").at(-1) ?? "")) throw notImplemented(`iam: the AWS managed policy ${arn}`);
}
