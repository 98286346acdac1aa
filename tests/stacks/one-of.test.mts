import { expect, test } from "vitest";
import { oneOf } from "../../stacks/config/fields.ts";

test.each<[string, readonly string[], string]>([
  ["the value that was meant", ["popular", "none"], "must be one of popular, none; did you mean popular?"],
  ["nothing more where one value is allowed", ["popular"], "must be one of popular"],
])("a wrong value is refused with %s", (_what, values, message) => {
  expect(oneOf(values).safeParse("populr").error?.issues[0]?.message).toBe(message);
});
