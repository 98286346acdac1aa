import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";

/** Returns what a rule says of a resource. */
export function judge(rule: ResourceValidationPolicy, type: string, props: object, config: object = {}): string[] {
  const found: string[] = [];
  const args = { type, props, getConfig: () => config } as unknown as ResourceValidationArgs;
  const checks = Array.isArray(rule.validateResource) ? rule.validateResource : [rule.validateResource];
  for (const check of checks) check?.(args, (message) => found.push(message));
  return found;
}

/** A policy with these statements, as JSON text. */
export const policy = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });
