import { expect, test } from "vitest";
import { requireRegion } from "../../stacks/config/region.ts";

const refuse = (region: string, keys: Readonly<Record<string, string>> = {}) =>
  expect(() => requireRegion(region, (key) => keys[key]));

test.each(["eu-wst-1", "eu-west-9", "euwest1", "EU-WEST-1"])("%s, which is no Region, is refused", (region) => {
  refuse(region).toThrow(`aws:region: ${region} is not a Region`);
});

test("a Region of the SDK's list is taken, and any with aws:skipRegionValidation", () => {
  for (const region of ["eu-west-1", "us-east-1", "ca-central-1", "ap-southeast-2"]) refuse(region).not.toThrow();
  refuse("eu-west-9", { "aws:skipRegionValidation": "true" }).not.toThrow();
});

test.each(["cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1", "cn-south-9"])(
  "%s, which is in another partition, is refused",
  (region) =>
    refuse(region, { "aws:skipRegionValidation": "true" }).toThrow(`aws:region: ${region} is not in the partition aws`),
);
