import { expect, test } from "vitest";
import { listPromotions } from "../../stacks/serving-versions.ts";

test.each([
  [["v1"], ["v1"]],
  [
    ["v1", "v2", "v3"],
    ["v1", "v2", "v3"],
  ],
  // v3 was left by a rollback.
  [
    ["v1", "v2", "v3", "v2"],
    ["v1", "v2"],
  ],
  [
    ["v1", "v2", "v3", "v2", "v4"],
    ["v1", "v2", "v4"],
  ],
  [["v1", "v2", "v3", "v1"], ["v1"]],
  // Written again by a run that completes the records of another one.
  [
    ["v1", "v2", "v2"],
    ["v1", "v2"],
  ],
  [[], []],
])("of the values %j of a parameter, %j were promoted and not left", (values, promoted) => {
  expect(listPromotions(values)).toEqual(promoted);
});
