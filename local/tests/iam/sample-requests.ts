/** Creates requests that are valid by a service's model, with other members in each sample. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../../account/aws/random";
import type { ServiceName } from "../../account/model/clients";
import type { Member, Shape, StructureShape } from "../../account/model/schema";
import type { Constraint, Constraints } from "../../account/model/validate";

const file = join(__dirname, "../../account/model/constraints.json");
const constraints = (JSON.parse(readFileSync(file, "utf8")) as Constraints).services;

const at = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const role = "arn:aws:iam::000000000000:role/pets";

/** Texts of members with a form, by the member's name. */
const textsByName: readonly (readonly [name: RegExp, texts: readonly string[]])[] = [
  [/^Role(Arn)?$/i, [role]],
  [/^(PolicyArn|PermissionsBoundary)$/, ["arn:aws:iam::000000000000:policy/pets"]],
  [/^KeyId$/, ["alias/pets", "alias/aws/ssm", "pets"]],
  [/^CopySource$/, ["pets/pets", "/pets/a?versionId=null"]],
  [/^ShardId$/, ["shardId-000000000000"]],
  [/^dataLocation$|^path$/, ["s3://pets/a", "s3://pets/"]],
  [/^trackingId$/, ["00000000-0000-0000-0000-000000000000"]],
  [/^ActionNames$/, ["s3:GetObject", "lambda:InvokeFunction"]],
  [/^ResourceArns$/, ["arn:aws:s3:::pets/a", "*"]],
  [/^Name$/, ["pets", "/pets/a", "a"]],
  [/^VersionId$/, ["v1"]],
  [/^Path(Prefix)?$/, ["/", "/pets/"]],
];

const names = ["pets", "a", "A1", "1", "pets-2", "/pets/a", "INTERACTIONS", "nodejs22.x", "index.handler"];

const arns = [
  at("sns", "pets"),
  at("kinesis", "stream/pets"),
  at("firehose", "deliverystream/pets"),
  at("lambda", "function:pets"),
  at("states", "stateMachine:pets"),
  at("states", "execution:pets:one"),
  at("personalize", "dataset-group/pets"),
  at("personalize", "schema/pets"),
  at("personalize", "dataset/pets/INTERACTIONS"),
  at("personalize", "solution/pets"),
  at("personalize", "filter/pets"),
  "arn:aws:personalize:::recipe/aws-user-personalization",
  at("events", "rule/pets"),
  at("scheduler", "schedule-group/pets"),
  at("logs", "log-group:pets"),
  at("cloudwatch", "alarm:pets"),
  at("kms", "alias/pets"),
  "arn:aws:s3:::pets",
  `${at("sns", "pets")}:00000000-0000-0000-0000-000000000000`,
];

/** Creates the input of a request; the same for the same label. */
export function sampleInput(label: string, service: ServiceName, input: Shape): Record<string, unknown> {
  const limits: Readonly<Record<string, Constraint>> = constraints[service] ?? {};
  const random = stream(label);
  const pick = <T>(from: readonly T[]) => from[random.int(from.length)];

  const text = (name: string, { enum: values, min = 0, max = Number.POSITIVE_INFINITY, pattern }: Constraint) => {
    if (values) return pick(values);
    const matcher = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, "su");
    const fits = (one: string) => one.length >= min && one.length <= max && (matcher?.test(one) ?? true);
    const known = textsByName.find(([named]) => named.test(name))?.[1].filter(fits) ?? [];
    const fitting = (/arn$/i.test(name) ? arns : names).filter(fits);
    const any = [...names, ...arns, "x".repeat(Math.max(min, 1))].filter(fits);
    // Without a fitting text the model refuses the request: the test sees that nothing was asked.
    return pick([known, fitting, any].find((some) => some.length > 0) ?? [""]);
  };

  const structure = (shape: StructureShape): Record<string, unknown> => {
    const members = [...shape.members.values()];
    const chosen =
      shape.kind === "union"
        ? members.slice(0, 1)
        : members.filter(({ required }) => required || random.u() < (members.length > 20 ? 0.1 : 0.35));
    return Object.fromEntries(chosen.map((member) => [member.name, value(member, `${shape.name}.${member.name}`)]));
  };

  const value = ({ name, shape }: Pick<Member, "name" | "shape">, key: string): unknown => {
    const limit = limits[key] ?? {};
    switch (shape.kind) {
      case "structure":
      case "union":
        return structure(shape);
      case "list":
        return [value({ name, shape: shape.element.shape }, `${key}[]`)];
      case "map":
        return {
          [text("key", limits[`${key}{}`] ?? {}) ?? "key"]: value({ name, shape: shape.value.shape }, `${key}[]`),
        };
      case "number":
        return limit.min ?? 0;
      case "boolean":
        return random.u() < 0.5;
      case "timestamp":
        return new Date(0);
      case "blob":
        return Buffer.from("{}");
      case "document":
        return {};
      default:
        return text(name, limit);
    }
  };

  return input.kind === "structure" ? structure(input) : {};
}
