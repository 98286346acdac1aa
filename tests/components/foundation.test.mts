import { expect, test } from "vitest";
import { requireUsualPartition } from "../../components/platform/foundation.ts";

test("Regions of other partitions are refused", () => {
  for (const region of ["cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1"]) {
    expect(() => requireUsualPartition(region)).toThrow(`aws:region: ${region} is not in the partition aws`);
  }
  for (const region of ["eu-west-1", "us-east-1", "ca-central-1"]) {
    expect(() => requireUsualPartition(region)).not.toThrow();
  }
});
