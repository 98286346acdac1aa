import type { PolicyDocument } from "../../endpoint/principal";
import type { ManagedPolicy } from "./state";

/** The policies of AWS's own that the program attaches, as the AWS Managed Policy Reference Guide prints them. */
const documents: Readonly<Record<string, PolicyDocument>> = {
  AWSLambdaBasicExecutionRole: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "*",
      },
    ],
  },
  AWSLambdaVPCAccessExecutionRole: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AWSLambdaVPCAccessExecutionPermissions",
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
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

const since = new Date("2015-04-09T15:03:43Z");

function awsManaged(name: string, document: PolicyDocument): ManagedPolicy {
  const arn = `arn:aws:iam::aws:policy/service-role/${name}`;
  const version = { id: "v1", created: since, document, text: JSON.stringify(document) };
  return {
    name,
    path: "/service-role/",
    arn,
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

/** By ARN; any other AWS-managed ARN is unknown to the account. */
export const awsManagedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  Object.entries(documents).map(([name, document]) => {
    const policy = awsManaged(name, document);
    return [policy.arn, policy];
  }),
);
