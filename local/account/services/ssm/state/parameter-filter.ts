import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { Fault, notImplemented } from "../../../aws/fault";
import { keyOf, type Parameter } from "./parameter";

/** Returns whether a name lies under a path; only directly under it unless `recursive`. */
export function isUnder(path: string, name: string, recursive: boolean): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  const full = `/${keyOf(name)}`;
  return full.startsWith(prefix) && (recursive || !full.slice(prefix.length).includes("/"));
}

/**
 * Refuses filters that the service refuses, in its words (moto's test
 * test_describe_parameters_invalid_parameter_filters), and those that the account does not have,
 * whether or not there is a parameter that they would be asked about.
 */
export function checkFilters(filters: readonly ParameterStringFilter[]): void {
  for (const [position, { Key = "" }] of filters.entries()) {
    if (filters.findIndex((filter) => filter.Key === Key) === position) continue;
    throw new Fault(
      "InvalidFilterKey",
      `The following filter is duplicated in the request: ${Key}. ` +
        "A request can contain only one occurrence of a specific filter.",
    );
  }
  for (const filter of filters) checkFilter(filter);
}

function checkFilter({ Key = "", Option, Values }: ParameterStringFilter): void {
  if (Values === undefined) {
    // No source says what the service makes of a tag without values.
    if (Key !== "Name") throw notImplemented(`ssm: the parameter filter ${Key} without Values`);
    throw new Fault("InvalidFilterValue", `The following filter values are missing : null for filter key ${Key}.`);
  }
  if (Key.startsWith("tag:") && (Option ?? "Equals") === "Equals") return;
  if (Key !== "Name") throw notImplemented(`ssm: the parameter filter ${Key}`);
  if (Option !== undefined && Option !== "Equals" && Option !== "BeginsWith") {
    throw notImplemented(`ssm: the parameter filter ${Key} with the option ${Option}`);
  }
}

/**
 * Returns whether a parameter passes a filter, which was checked. Names are compared without the
 * slash at the beginning, which may be left out.
 */
export function passes({ name, tags }: Parameter, { Key = "", Option, Values = [] }: ParameterStringFilter): boolean {
  if (Key.startsWith("tag:")) return Values.includes(tags.get(Key.slice("tag:".length)) ?? "");
  if (Option === "BeginsWith") return Values.some((value) => keyOf(name).startsWith(keyOf(value)));
  return Values.some((value) => keyOf(value) === keyOf(name));
}
