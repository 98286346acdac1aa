import { createHash } from "node:crypto";

/**
 * Throws where a stack's name cannot begin physical names. Only lower case, because the names of
 * buckets have no other, and IAM takes names that differ in case for the same (S3 guide, "General
 * purpose bucket naming rules"; IAM API reference, CreateRole): `Dev`, `dev_1` and `dev-1` would
 * share names.
 */
export function requireStackName(stack: string): void {
  if (/^[a-z0-9-]+$/.test(stack)) return;
  throw new Error(
    `The stack's name "${stack}" cannot begin the names of buckets and roles. Choose one of lower-case letters, digits and -.`,
  );
}

/**
 * The physical name of a part of the stack: `<project>-<stack>-<part>`, so that two stacks in one
 * account never meet. Cut to `longest` characters with a hash tail. 63 is the shortest limit of the
 * services in use (S3, Personalize).
 */
export function physicalName(project: string, stack: string, part: string, longest = 63): string {
  requireStackName(stack);
  const name = `${project}-${stack}-${part}`;
  if (name.length <= longest) return name;
  const tail = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, longest - tail.length - 1)}-${tail}`;
}

/**
 * The name of a bucket: `<project>-<stack>-<part>-<account>`. The account's id makes it unique in
 * AWS.
 */
export function bucketName(project: string, stack: string, part: string, account: string): string {
  return `${physicalName(project, stack, part, 63 - "-123456789012".length)}-${account}`;
}
