import { listParameters, projectTag } from "../../../names/layout";
import { type StackName, startOfNames } from "../../../names/physical-names";
import { createKeyStatements } from "./key-statements";
import { listPlanned, type Plan } from "./plan";
import { findArn, type Place, type ResourceArn, toArn, widenArn } from "./resource-arns";
import { allow, deny, type Statement } from "./statement";

/** IAM's limit for a managed policy, without white space (IAM guide, "IAM and AWS STS quotas"). */
const mostCharacters = 6_144;

/** Actions that IAM knows on `*` only (Service Authorization Reference). */
const readsWithoutName = [
  "cloudwatch:DescribeAlarms",
  "cloudwatch:GetMetricData",
  "cloudwatch:ListMetrics",
  "ec2:Describe*",
  "kms:ListAliases",
  "lambda:GetAccountSettings",
  "lambda:ListEventSourceMappings",
  "logs:DescribeLogGroups",
  "personalize:List*",
  "scheduler:ListSchedules",
  "ssm:DescribeParameters",
  "states:ValidateStateMachineDefinition",
];
/** The command `doctor` itself needs these. */
const doctorReads = ["iam:GetRole", "iam:SimulatePrincipalPolicy", "servicequotas:ListServiceQuotas"];

/** Allows a network to be created before its parts have the stack's tags. */
const networkActions = [
  ...["InternetGateway", "RouteTable", "SecurityGroup", "Subnet", "Vpc*"].map((kind) => `ec2:Create${kind}`),
  // Lambda leaves interfaces without tags in a VPC, which are detached and deleted.
  "ec2:De*NetworkInterface",
  // Private DNS names of endpoints (PrivateLink guide, "Identity and access management for AWS
  // PrivateLink").
  "route53:AssociateVPCWithHostedZone",
];

/** Services to which the program passes roles. */
const rolesOf = ["firehose", "lambda", "personalize", "scheduler", "states"].map((name) => `${name}.amazonaws.com`);

/**
 * Event trackers have generated ids. Tags do not limit access to them: a deployment may set them.
 */
const trackerActions = ["personalize:*EventTracker", "personalize:TagResource", "personalize:UntagResource"];

/** Reads of what visitors did, or of what they get. A preview needs none of them. */
const readsOfVisitors = [
  "kinesis:GetRecords",
  "kinesis:GetShardIterator",
  "logs:GetLog*",
  "logs:GetQueryResults",
  "personalize:GetActionRecommendations",
  "personalize:GetPersonalizedRanking",
  "personalize:GetRecommendations",
  "s3:GetObject*",
];

/**
 * Creates the policies of a role that deploys, changes, refreshes, rolls back and destroys what the
 * program registers: every action of its services on the names of the stack, and what has no such
 * names (docs/security.md, "What the deploy role reaches").
 */
export function createDeployPolicy(place: Place, name: StackName, plan: Plan): PolicyDocument[] {
  const arns = listArns(place, plan);
  const resources = listPatterns(place, name, arns);
  const hasNetwork = plan.resources.some(({ type }) => /^awsx?:ec2[:/]/.test(type));
  const services = listServices(arns).map((service) => `${service}:*`);
  const general = [...readsWithoutName, ...doctorReads, ...(hasNetwork ? networkActions : [])];
  const ofFunctions = { "lambda:FunctionArn": choose(resources, ":function:") };
  const roles = choose(resources, ":role/");
  return toDocuments([
    allow("Stack", services, resources.filter(hasOwnName)),
    allow("WithoutName", general, "*"),
    ...createKeyStatements(place, name),
    allow("Trackers", trackerActions, choose(resources, ":event-tracker/")),
    // A mapping has a generated id, and a new one no resource, so its function is compared (Service
    // Authorization Reference, `lambda:FunctionArn`); a deleted one has none, and tags neither.
    allow("NewMapping", "lambda:CreateEventSourceMapping", "*", { ArnLike: ofFunctions }),
    allow("Mappings", "lambda:*", toArn(place, "lambda", "event-source-mapping:*"), { ArnLikeIfExists: ofFunctions }),
    // The stack's roles are for the program's services only.
    deny("RolesForOthers", "iam:PassRole", roles, { StringNotEquals: { "iam:PassedToService": rolesOf } }),
    ...createBoundaryStatements(plan, roles, choose(resources, ":policy/")),
    ...(hasNetwork ? createNetworkStatements(place, name) : []),
  ]);
}

/** Actions that give a role rights, or someone the role; IAM knows the role's boundary for each. */
const boundedActions = [
  "iam:AttachRolePolicy",
  "iam:CreateRole",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
  "iam:UpdateAssumeRolePolicy",
];

/**
 * What an update of a managed policy calls (terraform-provider-aws,
 * internal/service/iam/policy.go).
 */
const versionActions = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"];

/**
 * Lets no role of the stack be without the boundary that the program gives to each, nor get rights
 * without it: one could be there from before (IAM guide, "Permissions boundaries"; Service
 * Authorization Reference, `iam:PermissionsBoundary`). The stack's managed policies are attached to
 * roles of other teams, which have no such boundary: IAM knows no condition on what a version says,
 * so there is none after the first. A new policy is attached to none.
 */
function createBoundaryStatements(plan: Plan, roles: readonly string[], policies: readonly string[]): Statement[] {
  const boundary = findBoundary(plan);
  if (boundary === undefined) return [];
  const isOther = { StringNotEquals: { "iam:PermissionsBoundary": boundary } };
  return [
    deny("OtherBoundary", boundedActions, roles, isOther),
    deny("NoBoundary", "iam:DeleteRolePermissionsBoundary", roles),
    deny("RightsOfOthers", versionActions, policies),
  ];
}

/** The permissions boundary of the program's roles, if they have one. */
export function findBoundary(plan: Plan): string | undefined {
  const [boundary] = listPlanned(plan, "aws:iam/role:Role").map(({ inputs }) => inputs.permissionsBoundary);
  return typeof boundary === "string" ? boundary : undefined;
}

/** The patterns of one kind of resource: one, except in a stack whose long name cuts others. */
const choose = (resources: readonly string[], kind: string) => resources.filter((arn) => arn.includes(kind));

/** Returns false for the patterns of generated ids. */
const hasOwnName = (pattern: string): boolean => !/:(key|event-tracker)\//.test(pattern);

/**
 * Creates the policy of a role that previews. It reads settings, nothing that visitors did or get,
 * and, without `kms:Decrypt`, no encrypted data.
 */
export function createPreviewPolicy(place: Place, name: StackName, plan: Plan): PolicyDocument[] {
  const arns = listArns(place, plan);
  const kinds = ["Describe*", "Get*", "List*"];
  const reads = listServices(arns).flatMap((service) => kinds.map((kind) => `${service}:${kind}`));
  const resources = listPatterns(place, name, arns);
  return toDocuments([
    allow("Stack", reads, resources),
    allow("WithoutName", readsWithoutName, "*"),
    // Other buckets are not meant: the role reads the state from one.
    deny(
      "DataOfVisitors",
      readsOfVisitors,
      resources.filter((arn) => /:(kinesis|logs|personalize|s3):/.test(arn)),
    ),
  ]);
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

const toDocument = (Statement: readonly Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });

/**
 * Distributes the statements over as many managed policies as IAM's limit needs. Names are cut to
 * the length of a name in AWS, so a statement never exceeds it.
 */
function toDocuments(statements: readonly Statement[]): PolicyDocument[] {
  const documents: Statement[][] = [[]];
  for (const statement of statements) {
    const last = documents.at(-1) ?? [];
    const isFull = JSON.stringify(toDocument([...last, statement])).length > mostCharacters;
    if (isFull) documents.push([statement]);
    else last.push(statement);
  }
  return documents.map(toDocument);
}

export const listArns = (place: Place, { resources }: Plan): ResourceArn[] =>
  resources.flatMap(({ type, inputs }) => findArn(place, type, inputs) ?? []);

const listServices = (arns: readonly ResourceArn[]): string[] =>
  [...new Set(arns.map(({ service }) => service))].sort();

/** Patterns of the stack's names. A mapping has no name. */
function listPatterns(place: Place, name: StackName, arns: readonly ResourceArn[]): string[] {
  const { prefix } = listParameters(name.stack);
  const named = arns.map(({ arn }) => arn).filter((arn) => !arn.includes(":event-source-mapping:"));
  const patterns = named.map((arn) => joinKinds(widenArn(arn, [startOfNames(name), `${prefix}/`])));
  // GetParametersByPath needs the path itself.
  return [...new Set([...patterns, toArn(place, "ssm", `parameter${prefix}`)])].sort();
}

/**
 * One pattern for all kinds of a service that has many: of Personalize, of schedules, of a state
 * machine and its executions, of logs.
 */
const joinKinds = (pattern: string): string =>
  pattern
    .replace(/(:personalize:[^:]*:\d+:)(?!event-tracker)[a-z-]+\//, "$1*/")
    .replace(":stateMachine:", ":*:")
    .replace(/:schedule(-group)?\//, ":schedule*/")
    .replace(/:log-group:\/aws\/.*\//, ":log-group:/aws/*/");

/**
 * Resources of EC2 have generated ids: rights on it are by the stack's tags, which they get when
 * they are created.
 */
function createNetworkStatements(place: Place, { project, stack }: StackName): Statement[] {
  const all = toArn(place, "ec2", "*");
  const isOwn = { [`aws:ResourceTag/${projectTag}`]: project, "aws:ResourceTag/Stack": stack };
  return [
    allow("TagsOfNewNetwork", "ec2:CreateTags", all, { StringLike: { "ec2:CreateAction": "Create*" } }),
    allow("OwnNetwork", "ec2:*", all, { StringEquals: isOwn }),
  ];
}
