import { expect, test } from "vitest";
import { openAddress } from "../../../demo/tour/open-address.ts";

const address = "http://127.0.0.1:4566/";
/** Ends with 0 only if the address is its last argument. */
const check = `process.exit(process.argv.at(-1) === "${address}" ? 0 : 1)`;

test("the opener is called with the address", async () => {
  expect(await openAddress(address, [process.execPath, "-e", check])).toBe(true);
});

test.each([
  ["is not installed", ["no-such-opener"]],
  ["fails", [process.execPath, "-e", "process.exit(3)"]],
] as [string, [string, ...string[]]][])("says that nothing was opened when the opener %s", async (_why, opener) => {
  expect(await openAddress(address, opener)).toBe(false);
});
