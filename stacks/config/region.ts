import { partition } from "@aws-sdk/core/client";
import { Refusal } from "../../names/refusal";

/**
 * Throws for a Region of China or of a government, where ARNs begin in another way, and service
 * principals and addresses differ (AWS General Reference, "Amazon Resource Names"); and when a
 * Region is not one that the AWS SDK knows. Pulumi's aws provider does not look
 * (`skipRegionValidation` is true by default), so that a misspelt name fails as an address that
 * cannot be resolved, or on a local account not at all.
 */
export function requireRegion(region: string, get: (key: string) => string | undefined): void {
  const found = partition(region);
  if (found.name !== "aws") {
    throw new Refusal(
      `aws:region: ${region} is not in the partition aws, for which this program is written. Set another Region.`,
    );
  }
  // Only the Regions of the SDK's list have a description.
  if ("description" in found || get("aws:skipRegionValidation") === "true") return;
  throw new Refusal(
    `aws:region: ${region} is not a Region that this program's AWS SDK knows. Correct it, or for a newer Region set ` +
      "aws:skipRegionValidation to true.",
  );
}
