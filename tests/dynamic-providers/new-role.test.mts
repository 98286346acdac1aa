import { expect, test } from "vitest";
import { createException, createNotFound, describeTags, ownerTags, scriptService } from "./scripted.mts";
import { created, described, filterOf, inputs, none, present } from "./scripted-filter.mts";

// A role that was made a moment ago is not known everywhere: what needs it is refused, or fails
// later.
test.each([
  "User: arn:aws:sts::1:assumed-role/x is not authorized to perform: kms:CreateGrant",
  "Insufficient privileges for using the KMS key",
  "Access denied when trying to access the bucket",
  "The role cannot be assumed by Amazon Personalize",
])("a refusal by IAM is retried for two minutes, with the text: %s", async (message) => {
  const service = scriptService({
    listFilters: [none],
    createFilter: [createException("InvalidInputException", message)],
  });
  const began = service.now();

  await expect(filterOf(service).create(inputs)).rejects.toThrow(message);

  expect(service.now() - began).toBeGreaterThanOrEqual(120_000);
  expect(service.now() - began).toBeLessThan(180_000);
});

const unknownRole = { failureReason: "Insufficient privileges for using the KMS key with the role." };

test("what was requested after two minutes and fails so is reported: the role is not new any more", async () => {
  const failed = described("CREATE FAILED", unknownRole);
  let deleted = 0;
  const service = scriptService({
    listFilters: [none, await present()],
    createFilter: [created],
    // Every second Describe after a deletion does not find it.
    describeFilter: [
      () => {
        if (deleted === 0) return failed;
        deleted = 0;
        throw createNotFound();
      },
    ],
    listTagsForResource: [describeTags(ownerTags)],
    deleteFilter: [
      () => {
        deleted++;
        return {};
      },
    ],
  });
  const began = service.now();

  await expect(filterOf(service).create(inputs)).rejects.toThrow(unknownRole.failureReason);

  expect(service.now() - began).toBeGreaterThanOrEqual(120_000);
  expect(service.now() - began).toBeLessThan(180_000);
});
