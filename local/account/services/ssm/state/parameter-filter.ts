import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { notImplemented } from "../../../aws/fault";
import { keyOf, type Parameter } from "./parameter";

/** Returns whether a name lies under a path; only directly under it unless `recursive`. */
export function isUnder(path: string, name: string, recursive: boolean): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  const full = `/${keyOf(name)}`;
  return full.startsWith(prefix) && (recursive || !full.slice(prefix.length).includes("/"));
}

/** Returns whether a parameter passes a filter. Names are compared without the slash at the beginning, which may be left out. */
export function passes({ name }: Parameter, { Key, Option = "Equals", Values = [] }: ParameterStringFilter): boolean {
  if (Key !== "Name") throw notImplemented(`ssm: the parameter filter ${Key}`);
  if (Option === "Equals") return Values.some((value) => keyOf(value) === keyOf(name));
  if (Option === "BeginsWith") return Values.some((value) => keyOf(name).startsWith(keyOf(value)));
  throw notImplemented(`ssm: the parameter filter ${Key} with the option ${Option}`);
}
