import { expect, test } from "vitest";
import * as program from "../../stacks/node-version.ts";
import * as account from "../account/node-version.ts";

test.each([
  ["the local account", account.refuseOldNode, "npm start"],
  ["the program", program.refuseOldNode, "npm ci"],
])("%s refuses a Node.js below 22 in one line with the remedy", (_what, refuse, remedy) => {
  expect(refuse("24.21.0")).toBeUndefined();
  expect(refuse("22.0.0")).toBeUndefined();
  const refusal = refuse("20.20.2") ?? "";
  expect(refusal).toContain("Node.js 22 or later, and this is 20.20.2");
  expect(refusal).toContain(remedy);
  expect(refusal).not.toContain("\n");
});
