import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { Fault, notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { latestVersion, type Parameter } from "./parameter";

/** Returns whether a name lies under a path; only directly under it unless `recursive`. */
export function isUnder(path: string, name: string, recursive: boolean): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  const full = name.startsWith("/") ? name : `/${name}`;
  return full.startsWith(prefix) && (recursive || !full.slice(prefix.length).includes("/"));
}

/** The comparisons of each filter key (API reference, ParameterStringFilter). */
const options: Readonly<Record<string, readonly string[]>> = {
  Name: ["Equals", "BeginsWith", "Contains"],
  Path: ["Recursive", "OneLevel"],
  Type: ["Equals", "BeginsWith"],
  KeyId: ["Equals", "BeginsWith", "Contains"],
  Tier: ["Equals"],
  DataType: ["Equals"],
  tag: ["Equals", "BeginsWith"],
};
const readKind = (key: string) => (key.startsWith("tag:") ? "tag" : key);

/** Refuses a filter with an unknown key or option. */
export function checkFilter({ Key = "", Option }: ParameterStringFilter): void {
  const kind = readKind(Key);
  if (kind === "Label") throw notImplemented("ssm: the parameter filter Label");
  const allowed = ownValue(options, kind);
  if (!allowed) throw invalidKey(Key, Object.keys(options));
  if (Option !== undefined && !allowed.includes(Option)) {
    throw new Fault(
      "InvalidFilterOption",
      `The following filter option is not valid: ${Option}. Valid options include: [${[...allowed].sort().join(", ")}].`,
    );
  }
}

/** Returns whether a parameter passes one filter, which was checked: by name, type, key, path, tier or tag. */
export function passes(parameter: Parameter, { Key = "", Option, Values = [] }: ParameterStringFilter): boolean {
  const { type, keyId, tier } = latestVersion(parameter);
  const kind = readKind(Key);
  switch (kind) {
    case "Name":
      return matchesName(parameter.name, Option, Values);
    case "Path":
      return Values.some((path) => isUnder(path, parameter.name, Option === "Recursive"));
    case "tag": {
      const value = parameter.tags.get(Key.slice(4));
      return value !== undefined && (Values.length === 0 || matchesText(value, Option, Values));
    }
    default: {
      const text = ownValue({ Type: type, KeyId: keyId, Tier: tier, DataType: "text" }, kind);
      return text !== undefined && matchesText(text, Option, Values);
    }
  }
}

/** A listing by path takes fewer filters than DescribeParameters. */
export function refuseFilters(filters: readonly ParameterStringFilter[], allowed: readonly string[]): void {
  const wrong = filters.find(({ Key = "" }) => !allowed.includes(Key));
  if (wrong) throw invalidKey(wrong.Key ?? "", allowed);
}

const invalidKey = (key: string, allowed: readonly string[]) =>
  new Fault(
    "InvalidFilterKey",
    `The following filter key is not valid: ${key}. Valid filter keys include: [${allowed.join(", ")}].`,
  );

/** Whole names and their beginnings are compared with the slash at the beginning, which a name can leave out. */
function matchesName(name: string, option: string | undefined, values: readonly string[]): boolean {
  const rooted = (text: string) => (text.startsWith("/") ? text : `/${text}`);
  return matchesText(rooted(name), option, option === "Contains" ? values : values.map(rooted));
}

function matchesText(text: string, option = "Equals", values: readonly string[]): boolean {
  if (option === "BeginsWith") return values.some((value) => text.startsWith(value));
  return option === "Contains" ? values.some((value) => text.includes(value)) : values.includes(text);
}
