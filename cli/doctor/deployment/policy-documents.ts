import { listParameters } from "../../../contract/layout";
import { nameOf } from "../../stack/names";
import type { Grant } from "./grants";
import { anyHash } from "./planned-resource";

/**
 * IAM's limits for a managed policy, without white space, and for the policies of a role (IAM guide, "IAM and AWS STS
 * quotas").
 */
const mostCharacters = 6_144;
const mostPolicies = 10;

type PolicyStatement = ReturnType<typeof createStatement>;
export type PolicyDocument = ReturnType<typeof toDocument>;

/** Creates the policies that allow the grants, as many as IAM's limits need. */
export function createPolicies(stack: string, grants: readonly Grant[]): PolicyDocument[] {
  const documents: PolicyStatement[][] = [];
  for (const statement of createStatements(stack, grants)) {
    const room = documents.find((statements) => lengthOf([...statements, statement]) <= mostCharacters);
    if (room) room.push(statement);
    else documents.push([statement]);
  }
  const longest = Math.max(0, ...documents.map(lengthOf));
  if (longest > mostCharacters || documents.length > mostPolicies) {
    throw new Error(
      `The permissions need ${documents.length} policies of up to ${longest} characters. IAM allows ${mostPolicies} of ` +
        `${mostCharacters} for a role: use a shorter stack name.`,
    );
  }
  return documents.map(toDocument);
}

const toDocument = (Statement: readonly PolicyStatement[]) => ({ Version: "2012-10-17", Statement }) as const;
const lengthOf = (statements: readonly PolicyStatement[]) => JSON.stringify(toDocument(statements)).length;

/**
 * One statement for each service, with all of its actions and resources: an action has an effect only on resources of its own
 * type, so that this allows what a statement for each type would. Conditions, and reads of more than the stack's resources, have
 * separate statements.
 */
function createStatements(stack: string, grants: readonly Grant[]): PolicyStatement[] {
  const groups = new Map<string, Grant[]>();
  for (const grant of grants) {
    const service = grant.resource === "*" ? "*" : grant.service;
    const key = JSON.stringify([service, grant.condition, isWider(stack, grant, grants)]);
    groups.set(key, [...(groups.get(key) ?? []), grant]);
  }
  const names = new Map<string, number>();
  return Array.from(groups.values(), (group) => createStatement(stack, nameStatement(group[0], names), group));
}

function isWider(stack: string, grant: Grant, grants: readonly Grant[]): boolean {
  const pattern = toPattern(stack, grant.resource);
  const others = grants.filter(({ service }) => service === grant.service);
  return grant.resource !== "*" && others.some(({ resource }) => covers(pattern, toPattern(stack, resource)));
}

function createStatement(stack: string, Sid: string, group: readonly Grant[]) {
  const [first] = group;
  const Action = [...new Set(group.flatMap(({ actions }) => actions))].sort();
  const isAnywhere = first?.resource === "*";
  // A role is passed by its whole name.
  const isExact = first?.condition?.["iam:PassedToService"] !== undefined;
  const resources = group.map(({ resource }) => (isExact ? resource : toPattern(stack, resource)));
  return {
    Sid,
    Effect: "Allow" as const,
    Action,
    Resource: isAnywhere ? "*" : withoutCovered(resources),
    ...(first?.condition && { Condition: { StringEquals: first.condition } }),
  };
}

/** Letters and digits, different for each statement. */
function nameStatement(grant: Grant | undefined, used: Map<string, number>): string {
  const service = grant?.resource === "*" && !grant.condition ? "anywhere" : (grant?.service ?? "");
  const count = (used.get(service) ?? 0) + 1;
  used.set(service, count);
  return `${service[0]?.toUpperCase()}${service.slice(1)}${count === 1 ? "" : `Part${count}`}`;
}

/**
 * All resources whose names begin with the stack's. Names that were cut do not begin so, and a hash at the end of a name is not
 * known.
 */
function toPattern(stack: string, resource: string): string {
  const known = resource.replace(anyHash, "-*");
  const starts = [nameOf(stack, ""), `${listParameters(stack).prefix}/`];
  for (const start of starts) {
    const at = known.indexOf(start);
    if (at >= 0) return `${known.slice(0, at + start.length)}*`;
  }
  return known;
}

function withoutCovered(patterns: readonly string[]): string[] {
  const all = [...new Set(patterns)].sort();
  return all.filter((pattern) => !all.some((other) => covers(other, pattern)));
}

const covers = (one: string, other: string) => one !== other && one.endsWith("*") && other.startsWith(one.slice(0, -1));
