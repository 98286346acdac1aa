import { createHash } from "node:crypto";

/**
 * The physical name of a part of the stack: `<project>-<stack>-<part>`, so that two stacks in one account never meet.
 * Cut to `longest` characters with a hash tail. 63 is the shortest limit of the services in use (S3, Personalize).
 */
export function physicalName(project: string, stack: string, part: string, longest = 63): string {
  const name = `${project}-${stack}-${part}`;
  if (!/^[a-zA-Z0-9][a-zA-Z0-9\-_]*$/.test(name)) {
    throw new Error(
      `The name "${name}" is not one that Personalize takes. Use letters, digits, - and _ in the stack's name.`,
    );
  }
  if (name.length <= longest) return name;
  const tail = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, longest - tail.length - 1)}-${tail}`;
}

/** The name of a bucket: `<project>-<stack>-<part>-<account>`. The account's id makes it unique in AWS. */
export function bucketName(project: string, stack: string, part: string, account: string): string {
  const longest = 63 - "-123456789012".length;
  const name = physicalName(project, stack, part, longest).toLowerCase().replace(/_/g, "-");
  return `${name}-${account}`;
}
