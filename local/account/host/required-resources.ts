import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Permission } from "./service";

/** The resources that a service's actions require. */
export interface ServiceAuthorisation {
  /**
   * Resource types with their ARNs, such as
   * `arn:${Partition}:personalize:${Region}:${Account}:campaign/${ResourceId}`.
   */
  readonly types: Readonly<Record<string, string>>;
  /** Actions with the types of which each call must be allowed on a resource. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
}

export interface Authorisations {
  readonly notice: string;
  readonly services: Readonly<Record<string, ServiceAuthorisation>>;
}

/**
 * Adds to the permissions of a call those on other resources that its actions require:
 * CreateCampaign needs a permission on the campaign, which the service names, and on the solution,
 * which the request names.
 *
 * A service names by hand what a request does not contain as an ARN: the resource that it creates,
 * one that is given by its name, and one that only its state knows (the key of an alias). Some
 * required types are alternatives, although the reference marks each of them: a stream's consumer
 * or the stream in Kinesis' tags, an execution or an express execution. A request has one of them.
 */
export function addRequiredResources(permissions: readonly Permission[], input: unknown): readonly Permission[] {
  const actions = new Set(permissions.map(({ action }) => action));
  const added = [...actions].flatMap((action) => {
    const named = permissions.filter((permission) => permission.action === action);
    const missing = requiredTypes(action).filter((type) => !named.some(({ resource }) => type.test(resource)));
    return missing.flatMap((type) => arnsIn(input, type).map((resource) => ({ action, resource })));
  });
  return added.length === 0 ? permissions : [...permissions, ...added];
}

/** The ARNs of a type that a request's members are. */
function arnsIn(input: unknown, type: RegExp): string[] {
  const values = Object.values((input ?? {}) as Record<string, unknown>);
  return values.filter((value): value is string => typeof value === "string" && type.test(value));
}

let loaded: Authorisations | undefined;
const patterns = new Map<string, readonly RegExp[]>();

/** The types that an action requires, as patterns of their ARNs. */
function requiredTypes(action: string): readonly RegExp[] {
  const known = patterns.get(action);
  if (known) return known;
  loaded ??= JSON.parse(readFileSync(join(__dirname, "authorisation.json"), "utf8")) as Authorisations;
  const [prefix = "", name = ""] = action.split(":");
  const service = loaded.services[prefix];
  const required = service?.actions[name] ?? [];
  const types = required.map((type) => toPattern(service?.types[type] ?? ""));
  patterns.set(action, types);
  return types;
}

/** A resource's id may contain any character, the parts before it no colon. */
function toPattern(arn: string): RegExp {
  const head = arn.split(":").slice(0, 5);
  const tail = arn.split(":").slice(5);
  const fill = (text: string, part: string) =>
    text
      .split(/\$\{\w+\}/)
      .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(part);
  return new RegExp(`^${fill(head.join(":"), "[^:]*")}:${fill(tail.join(":"), ".+")}$`, "s");
}
