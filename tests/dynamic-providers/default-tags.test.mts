import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { record, waitForRegistrations } from "../support/record.ts";

const recorder = record();
pulumi.runtime.setAllConfig({ "aws:defaultTags": '{"tags": {"team": "pets", "cost": "12"}}' });
const { DatasetGroup } = await import("../../dynamic-providers/dataset-group.ts");

new DatasetGroup("plain", { name: "plain" });
new DatasetGroup("tagged", { name: "tagged", tags: pulumi.output({ team: "cats", part: "models" }) });
await waitForRegistrations();

const tagsOf = (name: string) => recorder.one("pulumi-nodejs:dynamic/personalize:DatasetGroup", name).inputs.tags;

test("the tags of aws:defaultTags are added, as the aws provider adds them to its resources", () => {
  expect(tagsOf("plain")).toEqual({ team: "pets", cost: "12" });
});

test("a resource's own tags go before them", () => {
  expect(tagsOf("tagged")).toEqual({ team: "cats", cost: "12", part: "models" });
});
