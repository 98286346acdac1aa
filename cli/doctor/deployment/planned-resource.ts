import { ownValue } from "../../record";
import { type Place, partitionOf } from "../arn";
import { awsNeeds } from "./aws-needs";
import type { Need } from "./need";
import { functionNeeds, networkNeeds } from "./network-needs";
import { personalizeNeeds } from "./personalize-needs";

/** A resource as the program registers it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A program that was run without an engine and without an account. */
export interface Plan {
  readonly resources: readonly PlannedResource[];
  /** Tokens of the functions that it calls, such as `aws:ec2/getSubnet:getSubnet`. */
  readonly calls: readonly string[];
}

export const listPlanned = ({ resources }: Plan, type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);

/** The type of a kind of Amazon Personalize, such as `Campaign`. */
export const personalizeType = (kind: string) => `pulumi-nodejs:dynamic/personalize:${kind}`;

/** The names of resources in Personalize end with a hash, for which this stands. */
export const anyHash = "-00000000";

const needsByType = new Map([
  ...Object.entries({ ...awsNeeds, ...networkNeeds }),
  ...Object.entries(personalizeNeeds).map(([kind, needs]) => [personalizeType(kind), needs] as const),
]);

/** The needs of a resource type; none for components. Throws for a type that is not in the lists. */
export function needsOf(type: string): readonly Need[] {
  const found = needsByType.get(type);
  if (found) return found;
  if (!/^(aws|awsx):|^pulumi-nodejs:/.test(type)) return [];
  throw new Error(`The permissions of the resource type ${type} are not known. Add it in cli/doctor/deployment.`);
}

/** The needs of a function of the aws provider. Throws for one that is not in the list. */
export function needsOfCall(token: string): readonly Need[] {
  const found = ownValue(functionNeeds, token);
  if (found) return found;
  throw new Error(`The permissions of the function ${token} are not known. Add it in cli/doctor/deployment.`);
}

/** The ARN that a resource will have: that of the first need which names one. Generated parts are `*`. */
export function toPlannedArn(place: Place, type: string, inputs: Readonly<Record<string, unknown>>): string {
  const own = needsOf(type).find(({ on }) => on !== "*");
  return own ? fillArn(place, own, inputs) : "*";
}

export function fillArn(place: Place, { service, on }: Need, inputs: Readonly<Record<string, unknown>>): string {
  if (on === "*") return on;
  const filled = fillText(place, on, inputs);
  return filled.startsWith("arn:") ? filled : `arn:${partitionOf(place.region)}:${service}:${filled}`;
}

/** Replaces `{input}` and `{a.b}` by the inputs' values. */
export function fillText(place: Place, text: string, inputs: Readonly<Record<string, unknown>>): string {
  const { account, region } = place;
  const known = { account, partition: partitionOf(region), place: `${region}:${account}` };
  const values: Readonly<Record<string, unknown>> = { ...known, ...derive(inputs), ...inputs };
  return text.replace(/\{([\w.]+)\}/g, (_, path: string) => {
    const value = valueAt(values, path);
    if (typeof value === "string") return value;
    throw new Error(
      `A permission is on "${text}", and the resource has no input \`${path}\`. Correct cli/doctor/deployment.`,
    );
  });
}

/** The value of an input, or of a member of one. */
export const valueAt = (inputs: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((value, key) => (typeof value === "object" && value ? ownValue(value, key) : undefined), inputs);

/** Parts of ARNs in Personalize that are made from inputs: see `completeName` in dynamic-providers/resource/names.ts. */
function derive(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return {
    physicalName: `${String(inputs.name).slice(0, 54)}${anyHash}`,
    groupName: String(inputs.datasetGroupArn).split("/").at(-1) ?? "",
    collection: String(inputs.datasetType).toUpperCase(),
  };
}
