import { scopeOfArn } from "../../../aws/arn";
import type { PolicyDocument } from "../../../host/principal";
import type { Caller, Host } from "../../../host/service";

export interface ResourcePolicy {
  readonly name: string;
  readonly text: string;
  readonly document: PolicyDocument;
  readonly updated: number;
}

/** The resource policies of each account and Region, by name. */
export interface ResourcePolicies {
  of(caller: Caller): Map<string, ResourcePolicy>;
  /** All policies of a resource's account and Region as one; each statement has its own resources. */
  policyFor(resourceArn: string): PolicyDocument | undefined;
}

/** Creates the store of resource policies. */
export function createResourcePolicies(host: Host): ResourcePolicies {
  const store = host.store("cloudwatch-logs/resource-policies", () => new Map<string, ResourcePolicy>());
  return {
    of: (caller) => store.of(caller),
    policyFor(resourceArn) {
      const policies = [...store.of(scopeOfArn(resourceArn)).values()];
      const statements = policies.flatMap(({ document }) => document.Statement);
      return statements.length > 0 ? { Version: "2012-10-17", Statement: statements } : undefined;
    },
  };
}
