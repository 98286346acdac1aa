import * as pulumi from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";
import { record, registered } from "../support/record.ts";

const recorder = record();
const warned: string[] = [];
vi.spyOn(pulumi.log, "warn").mockImplementation(async (text) => {
  warned.push(text);
});
const config = { "aws:accessKey": "AKIA", "aws:secretKey": "in plain text", "aws:token": "encrypted" };
pulumi.runtime.setAllConfig(config, ["aws:token"]);
const { DatasetGroup } = await import("../../dynamic-providers/dataset-group.ts");

new DatasetGroup("first", { name: "first" });
new DatasetGroup("second", { name: "second" });
await registered();

test("a secret key in plain text is warned about once, with the command that encrypts it, and without the key", () => {
  expect(warned).toEqual([expect.stringContaining("`pulumi config set --secret aws:secretKey`")]);
  expect(warned[0]).not.toContain("in plain text");
});

test("no resource has a credential among its inputs", () => {
  const { inputs } = recorder.one("pulumi-nodejs:dynamic/personalize:DatasetGroup", "first");
  expect(JSON.stringify(inputs)).not.toMatch(/in plain text|AKIA|encrypted/);
});
