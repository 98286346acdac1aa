// Rules about resources that belong together.
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { type Inputs, isGiven, readInputs, readPath, unknown } from "./inputs";
import { kindOf } from "./kinds";

const isEnabled = (status: unknown) => status === "Enabled" || status === unknown;
const hasRule = ({ rules }: Inputs, isOn: (rule: unknown) => boolean) => Array.isArray(rules) && rules.some(isOn);
const encrypts = (rule: unknown) => isGiven(readPath(rule, "applyServerSideEncryptionByDefault.sseAlgorithm"));
/**
 * A rule that deletes objects: transitions and aborted uploads do not say how long a bucket keeps
 * them.
 */
const expires = (rule: unknown) =>
  isEnabled(readPath(rule, "status")) &&
  ["expiration.days", "expiration.date", "noncurrentVersionExpiration.noncurrentDays"].some((path) =>
    isGiven(readPath(rule, path)),
  );

/**
 * With all four, S3 opens a bucket neither by a policy nor by an ACL or a website (S3 guide,
 * "Blocking public access").
 */
const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const isOn = (value: unknown) => value === unknown || String(value) === "true";

/**
 * The settings that a bucket must have are separate resources, so the rule checks the whole stack.
 */
const bucketParts: readonly [kind: string, what: string, isOn: (part: Inputs) => boolean][] = [
  ["BucketServerSideEncryptionConfiguration", "default encryption", (part) => hasRule(part, encrypts)],
  ["BucketPublicAccessBlock", "public access block", (part) => blocks.every((name) => isOn(part[name]))],
  ["BucketVersioning", "versioning", (part) => isEnabled(readPath(part, "versioningConfiguration.status"))],
  ["BucketLifecycleConfiguration", "lifecycle (how long it keeps objects)", (part) => hasRule(part, expires)],
];

export const completeBuckets: StackValidationPolicy = {
  name: "complete-buckets",
  description: "Every bucket is encrypted, private, versioned, and has a lifecycle.",
  enforcementLevel: "mandatory",
  validateStack({ resources }, reportViolation) {
    for (const bucket of resources.filter(({ type }) => kindOf(type) === "s3/Bucket")) {
      for (const [kind, what, isOn] of bucketParts) {
        const found = resources.filter((part) => kindOf(part.type) === `s3/${kind}` && belongsTo(part, bucket));
        if (found.length > 0 && found.every(({ props }) => isOn(readInputs(props)))) continue;
        const remedy = found.length > 0 ? `${kind} does not switch it on` : `add ${kind}`;
        reportViolation(`The bucket ${bucket.name} has no ${what}: ${remedy}.`, bucket.urn);
      }
    }
  },
};

/** During the first preview the bucket's name is unknown, so the dependency is compared. */
function belongsTo(part: PolicyResource, bucket: PolicyResource): boolean {
  const { bucket: wanted = unknown } = readInputs(part.props);
  const { bucket: name = unknown } = readInputs(bucket.props);
  return wanted === unknown || name === unknown ? dependsOn(part, "bucket", bucket) : wanted === name;
}

export const loggedFunctions: StackValidationPolicy = {
  name: "logged-functions",
  description: "Every function has a log group in the stack, so that it is encrypted and has a retention.",
  enforcementLevel: "mandatory",
  validateStack({ resources }, reportViolation) {
    const groups = resources.filter(({ type }) => kindOf(type) === "cloudwatch/LogGroup");
    for (const lambda of resources.filter(({ type }) => kindOf(type) === "lambda/Function")) {
      if (groups.some((group) => receivesLogs(group, lambda))) continue;
      const wanted = defaultGroup(readInputs(lambda.props));
      reportViolation(
        `The function ${lambda.name} has no log group in the stack. Add one named ${wanted}.`,
        lambda.urn,
      );
    }
  },
};

/** A function logs to the group that its settings name, or to the one with its own name. */
function receivesLogs(group: PolicyResource, lambda: PolicyResource): boolean {
  if (dependsOn(lambda, "loggingConfig", group)) return true;
  const inputs = readInputs(lambda.props);
  const chosen = readPath(inputs, "loggingConfig.logGroup");
  const wanted = isGiven(chosen) && chosen !== unknown ? chosen : defaultGroup(inputs);
  const { name = unknown } = readInputs(group.props);
  return name === unknown || wanted === defaultGroup({}) ? dependsOn(group, "name", lambda) : name === wanted;
}

const defaultGroup = ({ name = unknown }: Inputs) => `/aws/lambda/${name}`;
const dependsOn = ({ propertyDependencies }: PolicyResource, property: string, { urn }: PolicyResource): boolean =>
  propertyDependencies[property]?.some((other) => other.urn === urn) ?? false;
