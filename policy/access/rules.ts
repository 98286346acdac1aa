import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { hasPrincipal, readStatements, type Statement } from "./documents";
import { readGrant } from "./grants";
import { type Input, listInputs } from "./inputs";
import { findOpenSettings, isOpenSetting } from "./open-settings";
import { findTooOpen } from "./too-open";
import { findTooWide } from "./too-wide";

/** The policies of VPC endpoints limit what other policies allow, and grant nothing. */
const limiting = /^aws:ec2\/vpcEndpoint(Policy)?:/;

interface AccessRule {
  readonly name: string;
  readonly description: string;
  /** Appended to each problem. */
  readonly remedy: string;
  /** Describes what is wrong, beginning with the path of the input. */
  readonly find: (args: ResourceValidationArgs, inputs: readonly Input[]) => readonly string[];
  /** The rule needs an input that may be unknown until the deployment. */
  readonly needs: (path: string) => boolean;
}

/** Creates a rule about everything in the inputs of AWS resources of all kinds. */
function createAccessRule({ name, description, remedy, find, needs }: AccessRule): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource(args, reportViolation) {
      if (!/^aws(-native)?:/.test(args.type)) return;
      const { known, unknown } = listInputs(args.props);
      for (const problem of find(args, known)) reportViolation(`${problem}. ${remedy}`);
      // The SDK prints that this rule could not judge the value in a preview; during the deployment the value is known.
      const open = unknown.find(({ path }) => needs(path));
      if (open) throw open.error;
    },
  };
}

const isPolicy = (path: string) => /polic(y|ies)/i.test(path);

function findInDocuments(type: string, inputs: readonly Input[], find: (statement: Statement) => string[]): string[] {
  if (limiting.test(type)) return [];
  return inputs.flatMap(({ path, value }) =>
    readStatements(value)
      .flatMap(find)
      .map((problem) => `${path}: ${problem}`),
  );
}

export const leastPrivilege = createAccessRule({
  name: "least-privilege",
  description: "Policies list their actions and resources; `*` only where the service has no narrower resource.",
  remedy: "List the actions and the ARNs that the role needs.",
  find: ({ type }, inputs) =>
    findInDocuments(type, inputs, (statement) => (hasPrincipal(statement) ? [] : findTooWide(statement))),
  needs: isPolicy,
});

/** IAM has no narrower resources for what these two allow. */
const narrowManaged = ["service-role/AWSLambdaBasicExecutionRole", "service-role/AWSLambdaVPCAccessExecutionRole"];

export const managedPolicies = createAccessRule({
  name: "managed-policies",
  description: "Roles have no policies of AWS's own, which allow more than a part of the stack needs.",
  remedy: "Write a policy with the actions and the ARNs that the role needs.",
  find: (_, inputs) =>
    inputs.flatMap(({ path, value }) => {
      if (typeof value !== "string") return [];
      const [, name] = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(value) ?? [];
      return name === undefined || narrowManaged.includes(name) ? [] : [`${path}: AWS's policy ${name} is attached`];
    }),
  needs: (path) => /policyArns?(\.|$)/i.test(path),
});

export const closedResources = createAccessRule({
  name: "closed-resources",
  description: "The policies of resources and roles list the allowed callers, and services act for this account.",
  remedy:
    "List the principals; give a service a condition such as aws:SourceAccount. Wildcards, negations and IfExists restrict nothing.",
  find({ type, props }, inputs) {
    const grant = readGrant(type, props);
    const granted = grant ? findTooOpen(grant).map((problem) => `${type}: ${problem}`) : [];
    const find = (statement: Statement) => (hasPrincipal(statement) ? findTooOpen(statement) : []);
    return [...granted, ...findInDocuments(type, inputs, find)];
  },
  needs: isPolicy,
});

export const closedSettings = createAccessRule({
  name: "closed-settings",
  description: "No resource is open to the internet or shared with other accounts by one of its settings.",
  remedy: "Nothing in this stack is public: other teams invoke the functions with IAM.",
  find: ({ type }, inputs) => findOpenSettings(type, inputs),
  needs: isOpenSetting,
});

export const accessRules: readonly ResourceValidationPolicy[] = [
  leastPrivilege,
  managedPolicies,
  closedResources,
  closedSettings,
];
