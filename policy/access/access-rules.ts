import type { ResourceValidationPolicy } from "@pulumi/policy";
import { type Input, type Inputs, listInputs, readInputs, unknown } from "../inputs";
import { kindOf } from "../kinds";
import { deferJudgement } from "../later";
import { hasPrincipal, readStatements, type Statement } from "./documents";
import { readGrants } from "./grants";
import { findTooOpen } from "./too-open";
import { findTooWide } from "./too-wide";

/**
 * The policies of VPC endpoints, and those of an organisation, limit what other policies allow, and
 * grant nothing.
 */
const limiting = /^(ec2\/VpcEndpoint(Policy)?|organizations\/Policy)$/;

/** Describes what is wrong, beginning with the path of the input. */
type Find = (kind: string, inputs: readonly Input[], props: Inputs) => readonly string[];

/**
 * Creates a rule about everything in the inputs of AWS resources of all kinds. `remedy` is appended
 * to each problem.
 */
const createAccessRule = (name: string, description: string, remedy: string, find: Find): ResourceValidationPolicy => ({
  name,
  description,
  enforcementLevel: "mandatory",
  validateResource(args, reportViolation) {
    if (!args.type.startsWith("aws:")) return;
    const props = readInputs(args.props);
    const inputs = listInputs(props);
    for (const problem of find(kindOf(args.type), inputs, props)) reportViolation(`${problem}. ${remedy}`);
    const unjudged = inputs.filter(({ path, value }) => value === unknown && isPolicy(path));
    for (const { path } of unjudged) deferJudgement(args, path);
  },
});

const isPolicy = (path: string) => /polic(y|ies)/i.test(path);

function findInDocuments(kind: string, inputs: readonly Input[], find: (statement: Statement) => string[]): string[] {
  if (limiting.test(kind)) return [];
  return inputs.flatMap(({ path, value }) =>
    readStatements(value)
      .flatMap(find)
      .map((problem) => `${path}: ${problem}`),
  );
}

export const leastPrivilege = createAccessRule(
  "least-privilege",
  "Policies list their actions and resources; `*` only where the service has no narrower resource.",
  "List the actions and the ARNs that the role needs.",
  (kind, inputs) =>
    findInDocuments(kind, inputs, (statement) => (hasPrincipal(statement) ? [] : findTooWide(statement))),
);

/** IAM has no narrower resources for what these two allow. */
const narrowManaged = ["service-role/AWSLambdaBasicExecutionRole", "service-role/AWSLambdaVPCAccessExecutionRole"];

export const managedPolicies = createAccessRule(
  "managed-policies",
  "Roles have no policies of AWS's own, which allow more than a part of the stack needs.",
  "Write a policy with the actions and the ARNs that the role needs.",
  (_, inputs) =>
    inputs.flatMap(({ path, name, value }) => {
      const [, policy = ""] =
        /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(typeof value === "string" ? value : "") ?? [];
      // A boundary limits what other policies allow.
      const isNarrow = policy === "" || narrowManaged.includes(policy) || name === "permissionsBoundary";
      return isNarrow ? [] : [`${path}: AWS's policy ${policy} is attached`];
    }),
);

export const closedResources = createAccessRule(
  "closed-resources",
  "The policies of resources and roles list the allowed callers, and services act for this account.",
  "List the principals; give a service a condition such as aws:SourceAccount. Wildcards and negations restrict nothing, IfExists only where Amazon Personalize uses a key or a bucket (aws:SourceAccount and aws:SourceArn).",
  (kind, inputs, props) => [
    ...readGrants(kind, props).flatMap((grant) => findTooOpen(grant).map((problem) => `${kind}: ${problem}`)),
    ...findInDocuments(kind, inputs, (statement) => (hasPrincipal(statement) ? findTooOpen(statement) : [])),
  ],
);

export const accessRules = [leastPrivilege, managedPolicies, closedResources];
