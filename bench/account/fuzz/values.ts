import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { ServiceName } from "../../../local/account/endpoint/clients";
import { linearPattern } from "../../../local/account/endpoint/linear-patterns";
import type { Member, Shape, StructureShape } from "../../../local/account/endpoint/schema";
import type { Constraint, Constraints } from "../../../local/account/endpoint/validate";
import type { Random } from "./random";
import { arns, names, textsByName } from "./texts";

const constraints = (
  JSON.parse(readFileSync(join(__dirname, "../../../local/account/endpoint/constraints.json"), "utf8")) as Constraints
).services;

/** The deepest level of members in a recursive model. */
const deepest = 6;

/** Members that few requests have, and with which most requests fail early. */
const rare =
  /token|marker|streamid|md5|checksum|expected|version|ifmatch|ifnone|modified|dryrun|qualifier|ssecustomer|grant[rwf]|mfa/i;

/** Most members that end in Arn refer to a resource of the service. */
const isOf = (service: ServiceName, arn: string) => {
  const prefix = { "cloudwatch-logs": "logs", eventbridge: "events", sfn: "states" }[service as string] ?? service;
  return arn.split(":")[2] === prefix.split("-")[0];
};

/** `datasetGroupArn` is the ARN of a `dataset-group/`, `stateMachineArn` that of a `stateMachine:`. */
const isNamed = (name: string, arn: string) => {
  const kind = name.replace(/arn$/i, "");
  const kebab = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^-/, "");
  return kind !== "" && [`:${kebab}/`, `:${kind}:`, `:${kebab}:`].some((part) => arn.includes(part));
};

const zip = zipSync({ "index.js": Buffer.from("exports.handler = async (event) => event;") });

/** A text for a member: from the lists of texts if one is valid, otherwise of the shortest valid length. */
function createText(random: Random, service: ServiceName, name: string, limit: Constraint): string {
  if (limit.enum) return random.pick(limit.enum);
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern } = limit;
  const matcher = pattern === undefined ? undefined : new RegExp(`^(?:${linearPattern(pattern)})$`, "su");
  const fits = (one: string) => one.length >= min && one.length <= max && (matcher?.test(one) ?? true);
  const known = textsByName.find(([named]) => named.test(name))?.[1].filter(fits) ?? [];
  if (known.length > 0 && random.chance(0.9)) return random.pick(known);
  const isArn = /arn$/i.test(name);
  const matching = arns.filter((arn) => isNamed(name, arn));
  const fitting = (!isArn ? names : matching.length > 0 ? matching : arns.filter((arn) => isOf(service, arn))).filter(
    fits,
  );
  if (fitting.length > 0) return !isArn && random.chance(0.7) ? (fitting[0] ?? "") : random.pick(fitting);
  const others = [...names, ...arns].filter(fits);
  return others.length > 0 ? random.pick(others) : "x".repeat(Math.min(Math.max(min, 1), 200));
}

/** Creates inputs that are valid by the constraints of a service's model. */
export function createValues(random: Random, service: ServiceName) {
  const limits = constraints[service] ?? {};

  const text = (name: string, limit: Constraint) => createText(random, service, name, limit);

  const number = ({ min = 0, max = 1_000 }: Constraint): number =>
    min + random.below(Math.min(Math.max(max - min, 0) + 1, 1_000));

  const structure = (shape: StructureShape, depth: number): Record<string, unknown> => {
    const members = [...shape.members.values()];
    if (shape.kind === "union") {
      const one = random.pick(members);
      return { [one.name]: value(one, `${shape.name}.${one.name}`, depth) };
    }
    const chosen = members.filter(
      ({ name, required }) => required || (depth < deepest && random.chance(rare.test(name) ? 0.03 : 0.35)),
    );
    return Object.fromEntries(
      chosen.map((member) => [member.name, value(member, `${shape.name}.${member.name}`, depth)]),
    );
  };

  const value = ({ name, shape }: Pick<Member, "name" | "shape">, key: string, depth: number): unknown => {
    const limit = limits[key] ?? {};
    switch (shape.kind) {
      case "structure":
      case "union":
        return structure(shape, depth + 1);
      case "list": {
        const count = depth >= deepest ? 0 : Math.max(limit.min ?? 0, random.below(Math.min(limit.max ?? 3, 3) + 1));
        const element = { name, shape: shape.element.shape };
        return Array.from({ length: Math.min(count, 10) }, () => value(element, `${key}[]`, depth + 1));
      }
      case "map": {
        const inner = { name, shape: shape.value.shape };
        const count = Math.max(limit.min ?? 0, random.below(3));
        return Object.fromEntries(
          Array.from({ length: Math.min(count, 5) }, (_, i) => [
            `${text("key", limits[`${key}{}`] ?? {})}${i === 0 ? "" : i}`,
            value(inner, `${key}[]`, depth + 1),
          ]),
        );
      }
      default:
        return simple(name, shape.kind, limit);
    }
  };

  const simple = (name: string, kind: Shape["kind"], limit: Constraint): unknown => {
    switch (kind) {
      case "number":
        return number(limit);
      case "boolean":
        return random.chance(0.5);
      case "timestamp":
        return new Date(1_767_225_600_000 + random.below(86_400) * 1000);
      case "blob":
        return name === "ZipFile" ? zip : Buffer.from(random.chance(0.5) ? "{}" : "some bytes");
      case "document":
        return { a: [1, "b", null] };
      default:
        return text(name, limit);
    }
  };

  return (input: Shape): Record<string, unknown> =>
    input.kind === "structure" || input.kind === "union" ? structure(input, 0) : {};
}
