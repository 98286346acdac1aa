import * as pulumi from "@pulumi/pulumi";

/**
 * The tags by which a stack recognises its own resources when an earlier run was interrupted before it could write
 * them down. Runs in the program, not in the provider: the provider's process does not know the stack.
 */
export function ownerTags(resource: string): Record<string, string> {
  return {
    "pulumi:project": pulumi.getProject(),
    "pulumi:stack": pulumi.getStack(),
    "pulumi:resource": resource,
  };
}
