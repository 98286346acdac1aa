import { createHash } from "node:crypto";
import { Refusal } from "./refusal";

/** The shortest limit of the services in use (S3, Personalize). */
const longestName = 63;
/** Characters of the hash at the end of a name that is cut. */
const tailLength = 8;

/** A stack's name, and that of its project in Pulumi.yaml. */
export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/**
 * Throws where names cannot begin physical names. Only lower case, because the names of buckets
 * have no other, and IAM takes names that differ in case for the same (S3 guide, "General purpose
 * bucket naming rules"; IAM API reference, CreateRole): `Dev`, `dev_1` and `dev-1` would share
 * names. S3 reserves some starts (the same guide).
 */
export function requireNames({ project, stack }: StackName): void {
  const refuse = (what: string, remedy: string) => {
    throw new Refusal(`The ${what} cannot begin the names of buckets and roles. Choose one of ${remedy}.`);
  };
  const characters = "lower-case letters, digits and -";
  const [reserved] = /^(xn--|sthree-|amzn-s3-demo-|-)/.exec(project) ?? [];
  const what = `project's name "${project}" (\`name\` in Pulumi.yaml)`;
  if (!/^[a-z0-9-]+$/.test(project)) refuse(what, characters);
  if (reserved !== undefined) refuse(what, `${characters} that does not begin with ${reserved}`);
  if (!/^[a-z0-9-]+$/.test(stack)) refuse(`stack's name "${stack}"`, characters);
}

/**
 * The physical name of a part of the stack: `<project>-<stack>-<part>`, so that two stacks in one
 * account never meet. Cut to `longest` characters with a hash tail.
 */
export function physicalName({ project, stack }: StackName, part: string, longest = longestName): string {
  requireNames({ project, stack });
  const name = `${project}-${stack}-${part}`;
  if (name.length <= longest) return name;
  const tail = createHash("sha256").update(name).digest("hex").slice(0, tailLength);
  return `${name.slice(0, longest - tailLength - 1)}-${tail}`;
}

/** What all physical names of a stack begin with, also those that are cut. */
export const startOfNames = ({ project, stack }: StackName): string =>
  `${project}-${stack}-`.slice(0, longestName - tailLength - 1);

/**
 * The name of a bucket: `<project>-<stack>-<part>-<account>`. The account's id makes it unique in
 * AWS.
 */
export function bucketName(name: StackName, part: string, account: string): string {
  return `${physicalName(name, part, longestName - "-123456789012".length)}-${account}`;
}
