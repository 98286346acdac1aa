import { readFileSync } from "node:fs";
import { join } from "node:path";
import { notImplemented } from "../../endpoint/fault";
import type { PolicyDocument } from "../../endpoint/principal";
import type { ManagedPolicy } from "./state";

interface Published {
  readonly version: string;
  readonly created: string;
  readonly updated: string;
  readonly document: PolicyDocument;
}

const read = <T>(file: string) => JSON.parse(readFileSync(join(__dirname, file), "utf8")) as T;

function awsManaged(arn: string, { version: id, created, updated, document }: Published): ManagedPolicy {
  const [, path = "/", name = ""] = /^arn:aws:iam::aws:policy(\/(?:.+\/)?)([^/]+)$/.exec(arn) ?? [];
  const version = { id, created: new Date(updated), document, text: JSON.stringify(document) };
  return {
    name,
    path,
    arn,
    id: `ANPAAWS${name.toUpperCase().replace(/[^A-Z]/g, "")}`.slice(0, 21),
    created: new Date(created),
    updated: new Date(updated),
    description: undefined,
    defaultVersion: id,
    nextVersion: Number(id.slice(1)) + 1,
    versions: new Map([[id, version]]),
    tags: new Map(),
  };
}

/** AWS's own policies whose documents the account has, by ARN: those that are commonly attached. */
export const awsManagedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  Object.entries(read<{ policies: Record<string, Published> }>("aws-managed-policies.json").policies).map(
    ([arn, published]) => [arn, awsManaged(arn, published)],
  ),
);

let names: ReadonlySet<string> | undefined;

/** ARNs of all policies of AWS. Loaded only for a policy that the account does not have. */
function allArns(): ReadonlySet<string> {
  const byPath = () => Object.entries(read<{ names: Record<string, string[]> }>("aws-managed-names.json").names);
  names ??= new Set(byPath().flatMap(([path, of]) => of.map((name) => `arn:aws:iam::aws:policy${path}${name}`)));
  return names;
}

/** Throws a 501 for a policy that AWS has and the account does not know; AWS has no other. */
export function refuseUnknownAwsPolicy(arn: string): void {
  if (!awsManagedPolicies.has(arn) && allArns().has(arn)) throw notImplemented(`The AWS managed policy ${arn}`);
}
