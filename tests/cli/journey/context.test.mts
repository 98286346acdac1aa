import { expect, test } from "vitest";
import { toContext } from "../../../cli/journey/context.ts";

const columns = [
  { name: "EVENT_TYPE", type: "string" },
  { name: "device", type: ["null", "string"] },
  { name: "NUM_RATINGS", type: ["int", "null"] },
  { name: "MEMBER", type: "boolean" },
];

test("a context has the types of the stack's schema and its names", () => {
  const texts = { DEVICE: "phone", NUM_RATINGS: "12", MEMBER: "false", OTHER: "x" };
  expect(toContext(texts, columns)).toEqual({ device: "phone", NUM_RATINGS: 12, MEMBER: false });
});

test("without values there is none", () => {
  expect(toContext({}, columns)).toBeUndefined();
});
