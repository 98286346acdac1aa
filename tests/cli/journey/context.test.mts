import { expect, test } from "vitest";
import { asField, describeContext, toContext } from "../../../cli/journey/context.ts";

const columns = [
  { name: "EVENT_TYPE", type: "string" },
  { name: "device", type: ["null", "string"] },
  { name: "NUM_RATINGS", type: ["int", "null"] },
  { name: "MEMBER", type: "boolean" },
];

test("a context has the types of the stack's schema and its names", () => {
  const texts = { DEVICE: "phone", NUM_RATINGS: "12", MEMBER: "false", OTHER: "x" };
  const context = toContext(texts, columns);
  expect(context).toEqual({ device: "phone", NUM_RATINGS: 12, MEMBER: false });
  expect(describeContext(context)).toBe("device phone, num ratings 12, member false");
});

test("without values there is no field", () => {
  expect(toContext({}, columns)).toEqual({});
  expect(asField({})).toEqual({});
  expect(asField({ DEVICE: "phone" })).toEqual({ context: { DEVICE: "phone" } });
});
