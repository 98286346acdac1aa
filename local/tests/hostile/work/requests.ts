import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { ServiceName } from "../../../account/model/clients";
import type { Member, Shape, StructureShape } from "../../../account/model/schema";
import type { Constraint, Constraints } from "../../../account/model/validate";
import type { Choices } from "./random";
import { arns, names, textsByName } from "./texts";

const file = join(__dirname, "../../../account/model/constraints.json");
const constraints = (JSON.parse(readFileSync(file, "utf8")) as Constraints).services;

/** The constraints of a service's model, by their keys: `Structure.member`, `[]` for elements and values, `{}` for keys. */
export const limitsOf = (service: ServiceName): Readonly<Record<string, Constraint>> => constraints[service] ?? {};

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
function createText(choices: Choices, service: ServiceName, name: string, limit: Constraint): string {
  if (limit.enum) return choices.pick(limit.enum) ?? "";
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern } = limit;
  const matcher = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, "su");
  const fits = (one: string) => one.length >= min && one.length <= max && (matcher?.test(one) ?? true);
  const known = textsByName.find(([named]) => named.test(name))?.[1].filter(fits) ?? [];
  if (known.length > 0 && choices.chance(0.9)) return choices.pick(known) ?? "";
  const isArn = /arn$/i.test(name);
  const matching = arns.filter((arn) => isNamed(name, arn));
  const wanted = !isArn ? names : matching.length > 0 ? matching : arns.filter((arn) => isOf(service, arn));
  const fitting = wanted.filter(fits);
  if (!isArn && fitting.length > 0 && choices.chance(0.7)) return fitting[0] ?? "";
  const others = [...names, ...arns].filter(fits);
  return choices.pick(fitting) ?? choices.pick(others) ?? "x".repeat(Math.min(Math.max(min, 1), 200));
}

/** Creates inputs that are valid by the constraints of a service's model. */
export function createInput(choices: Choices, service: ServiceName, input: Shape): Record<string, unknown> {
  const limits = limitsOf(service);
  const text = (name: string, limit: Constraint) => createText(choices, service, name, limit);
  const number = ({ min = 0, max = 1_000 }: Constraint): number =>
    min + choices.below(Math.min(Math.max(max - min, 0) + 1, 1_000));

  const structure = (shape: StructureShape, depth: number): Record<string, unknown> => {
    const members = [...shape.members.values()];
    if (shape.kind === "union") {
      const one = choices.pick(members);
      return one ? { [one.name]: value(one, `${shape.name}.${one.name}`, depth) } : {};
    }
    const chosen = members.filter(
      ({ name, required }) => required || (depth < deepest && choices.chance(rare.test(name) ? 0.03 : 0.35)),
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
        const count = depth >= deepest ? 0 : Math.max(limit.min ?? 0, choices.below(Math.min(limit.max ?? 3, 3) + 1));
        const element = { name, shape: shape.element.shape };
        return Array.from({ length: Math.min(count, 10) }, () => value(element, `${key}[]`, depth + 1));
      }
      case "map": {
        const inner = { name, shape: shape.value.shape };
        const count = Math.min(Math.max(limit.min ?? 0, choices.below(3)), 5);
        return Object.fromEntries(
          Array.from({ length: count }, (_, i) => [
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
        return choices.chance(0.5);
      case "timestamp":
        return new Date(1_767_225_600_000 + choices.below(86_400) * 1000);
      case "blob":
        return name === "ZipFile" ? zip : Buffer.from(choices.chance(0.5) ? "{}" : "some bytes");
      case "document":
        return { a: [1, "b", null] };
      default:
        return text(name, limit);
    }
  };

  return input.kind === "structure" || input.kind === "union" ? structure(input, 0) : {};
}
