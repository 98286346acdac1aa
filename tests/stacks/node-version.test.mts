import { expect, test } from "vitest";
import { checkNodeVersion } from "../../stacks/node-version.ts";

test("the program refuses a Node.js below 22 in one line with the remedy", () => {
  expect(checkNodeVersion("24.21.0")).toBeUndefined();
  expect(checkNodeVersion("22.0.0")).toBeUndefined();
  expect(checkNodeVersion("20.20.2")).toMatch(/Node\.js 22 or later, and this is 20\.20\.2\. [^\n]*npm ci[^\n]*$/);
});
