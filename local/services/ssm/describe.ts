import type { ParameterMetadata, ParameterStringFilter } from "@aws-sdk/client-ssm";
import { Fault, notImplemented } from "../../endpoint/fault";
import { latest, type Parameter } from "./parameter";

/** What DescribeParameters tells of a parameter: everything but its value. */
export function metadata(parameter: Parameter): ParameterMetadata {
  const version = latest(parameter);
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: version.modified,
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.number,
    Tier: version.tier,
    Policies: [],
    DataType: "text",
  };
}

/** Whether a name lies under a path; only directly under it unless `recursive`. */
export function isUnder(path: string, name: string, recursive: boolean): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  const full = name.startsWith("/") ? name : `/${name}`;
  return full.startsWith(prefix) && (recursive || !full.slice(prefix.length).includes("/"));
}

/** Whether a parameter passes one filter: by name, type, key, path or tag. */
export function passes(parameter: Parameter, { Key = "", Option, Values = [] }: ParameterStringFilter): boolean {
  const { type, keyId } = latest(parameter);
  if (Key === "Name")
    return byText(
      parameter.name.replace(/^\//, ""),
      Option,
      Values.map((value) => value.replace(/^\//, "")),
    );
  if (Key === "Path") return Values.some((path) => isUnder(path, parameter.name, Option === "Recursive"));
  if (Key === "Type") return Values.includes(type);
  if (Key === "KeyId") return keyId !== undefined && byText(keyId, Option, Values);
  if (Key.startsWith("tag:")) {
    const value = parameter.tags.get(Key.slice(4));
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  }
  if (["Label", "Tier", "DataType"].includes(Key)) throw notImplemented(`ssm filter ${Key}`);
  throw new Fault("InvalidFilterKey", `${Key} is not a valid filter key.`);
}

function byText(text: string, option = "Equals", values: readonly string[]): boolean {
  if (option === "Equals") return values.includes(text);
  if (option === "BeginsWith") return values.some((value) => text.startsWith(value));
  if (option === "Contains") return values.some((value) => text.includes(value));
  throw new Fault("InvalidFilterOption", `${option} is not a valid filter option.`);
}
