import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { createPolicy, type Statement } from "../support/policy";
import type { Foundation } from "./foundation";

/** Arguments of a role that a service assumes. */
export interface ServiceRoleArgs {
  foundation: Foundation;
  roleName: string;
  /** The trust policy, such as that of `foundation.createTrust`. */
  trust: pulumi.Output<string>;
  statements: readonly Statement[];
}

/** A role with its policy. */
export interface ServiceRole {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** The ARN, known when the policy exists: for what uses the role at once. */
  readonly usableArn: pulumi.Output<string>;
  /** For `dependsOn`. */
  readonly policy: pulumi.Resource;
}

/**
 * The name of each role's policy. An `up` that was killed leaves it where the state does not have
 * it: the next one writes over it, where one of another name would stop the role's deletion for
 * ever.
 */
const ownPolicy = "own";

/** Creates a role that a service assumes, `<name>-role`, and its policy, `<name>-policy`. */
export function createServiceRole(name: string, args: ServiceRoleArgs, parent: pulumi.Resource): ServiceRole {
  const { foundation, roleName, trust, statements } = args;
  const role = new iam.Role(
    `${name}-role`,
    {
      name: roleName,
      assumeRolePolicy: trust,
      permissionsBoundary: foundation.permissionsBoundaryArn,
      tags: foundation.tags,
    },
    { parent },
  );
  const policy = new iam.RolePolicy(
    `${name}-policy`,
    { name: ownPolicy, role: role.name, policy: createPolicy(statements) },
    { parent },
  );
  const usableArn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
  return { name: role.name, arn: role.arn, usableArn, policy };
}
