import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { readCsv } from "../../seed/import-files/csv-file.ts";

// Without tests/support/once-per-process.cjs, the unit tests take twice as long, and say nothing.
test("the unit tests serialise a factory once", async () => {
  const factory = () => async () => "cat";
  const serialise = () => pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
  expect(await serialise()).toBe(await serialise());
});

test("the unit tests parse a large file once, and another one again", () => {
  const text = `USER_ID\n${"u-1\n".repeat(250_000)}`;
  const { rows } = readCsv(text);
  // Not by toBe, which would print the rows.
  expect(readCsv(text).rows === rows).toBe(true);
  expect(readCsv(`${text}u-2\n`).rows.at(-1)).toEqual(["u-2"]);
});
