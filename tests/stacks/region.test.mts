import { expect, test } from "vitest";
import { requireRegion } from "../../stacks/config/region.ts";

const refuse = (region: string, keys: Readonly<Record<string, string>> = {}) =>
  expect(() => requireRegion(region, (key) => keys[key]));

test.each(["eu-wst-1", "eu-west-9", "euwest1", "EU-WEST-1"])("%s, which is no Region, is refused", (region) => {
  refuse(region).toThrow(`aws:region: ${region} is not a Region`);
});

test("a Region of the SDK's list is taken, and any with aws:skipRegionValidation", () => {
  for (const region of ["eu-west-1", "us-east-1", "ap-southeast-2", "cn-north-1"]) refuse(region).not.toThrow();
  refuse("eu-west-9", { "aws:skipRegionValidation": "true" }).not.toThrow();
});
