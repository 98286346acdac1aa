import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import * as sdk from "@pulumi/policy/proxy.js";

/** `s3/BucketAcl` is the type `aws:s3/bucketAcl:BucketAcl`; a type with colons is given in full. */
const toType = (kind: string) =>
  kind.replace(
    /^([\w-]+)\/(\w)(\w+)$/,
    (_, service, first, rest) => `aws:${service}/${first.toLowerCase()}${rest}:${first}${rest}`,
  );

/** Returns what a rule says of a resource. */
export function judge(rule: ResourceValidationPolicy, kind: string, props: object): string[] {
  const found: string[] = [];
  const args = { type: toType(kind), props, name: "judged" } as unknown as ResourceValidationArgs;
  const checks = Array.isArray(rule.validateResource) ? rule.validateResource : [rule.validateResource];
  for (const check of checks) check?.(args, (message) => found.push(message));
  return found;
}

/** A policy with these statements, as JSON text. */
export const policy = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });

/** The SDK keeps their types to itself. */
const { unknownCheckingProxy, unknownStringValue } = sdk as unknown as {
  unknownCheckingProxy(props: object): object;
  unknownStringValue: string;
};
/** The inputs as the policy SDK shows them in a preview. */
export const preview = unknownCheckingProxy;
/** A value that a preview does not know. */
export const unknown = unknownStringValue;
