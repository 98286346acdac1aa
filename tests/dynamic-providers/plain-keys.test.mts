import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";
import { record, waitForRegistrations } from "../support/record.ts";

const recorder = record();
const warned: string[] = [];
vi.spyOn(pulumi.log, "warn").mockImplementation(async (text) => {
  warned.push(text);
});
const config = { "aws:accessKey": "AKIA", "aws:secretKey": "in plain text", "aws:token": "encrypted" };
pulumi.runtime.setAllConfig(config, ["aws:token"]);
// The warning is printed once in a process, and this one may have run other test files.
const load = createRequire(import.meta.url);
for (const file of Object.keys(load.cache)) if (file.includes("/dynamic-providers/")) delete load.cache[file];
const { DatasetGroup } = load("../../dynamic-providers/dataset-group.ts");

new DatasetGroup("first", { name: "first" });
new DatasetGroup("second", { name: "second" });
await waitForRegistrations();

test("a secret key in plain text is warned about once, with the command that encrypts it, and without the key", () => {
  expect(warned).toEqual([expect.stringContaining("`pulumi config set --secret aws:secretKey`")]);
  expect(warned[0]).not.toContain("in plain text");
});

test("no resource has a credential among its inputs", () => {
  const { inputs } = recorder.one("pulumi-nodejs:dynamic/personalize:DatasetGroup", "first");
  expect(JSON.stringify(inputs)).not.toMatch(/in plain text|AKIA|encrypted/);
});
