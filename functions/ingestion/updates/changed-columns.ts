import { null as absent, boolean, number, record, refine, string, union } from "zod/mini";
import { describeMissing } from "../../support/issues";

/** Values by column; null removes one. */
export function changedColumns(least = 0) {
  const value = union([string(), number(), boolean(), absent()], {
    error: "has a value that is not a text, a number, true, false or null",
  });
  return record(string(), value, { error: describeMissing("must be an object of columns and values") }).check(
    refine<object>((given) => Object.keys(given).length >= least, "is empty"),
  );
}
