import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rootOf } from "../../account/host/principal.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { membersOf, operationsOf } from "../../account/model/schema.ts";
import { openAccount } from "../support/account.mts";

// A member that a service's code does not name is one that it ignores: it must return 501, unless
// it changes nothing.

const account = await openAccount();
const root = join(import.meta.dirname, "../../account/services");
const readme = readFileSync(join(root, "../../README.md"), "utf8");

/** Folders that are not called like the SDK's client. */
const folders: Partial<Record<ServiceName, string>> = {
  sfn: "step-functions",
  "personalize-events": "personalize",
  "personalize-runtime": "personalize",
};
const folderOf = (service: ServiceName) => folders[service] ?? service;

/** Members that change nothing in this account, by the reason. */
const harmless = new Set([
  // The API reference says that the service ignores them.
  "cloudwatch-logs FilterLogEvents.interleaved",
  "cloudwatch-logs PutLogEvents.sequenceToken",
  // The account has nothing that they are about: entities, data protection, managed rules,
  // consumers, a second destination, keys that are lost, requests that the requester pays for.
  "cloudwatch PutMetricData.StrictEntityValidation",
  "cloudwatch-logs FilterLogEvents.unmask",
  "cloudwatch-logs GetLogEvents.unmask",
  "eventbridge DeleteRule.Force",
  "eventbridge RemoveTargets.Force",
  "kinesis DeleteStream.EnforceConsumerDeletion",
  "firehose DescribeDeliveryStream.ExclusiveStartDestinationId",
  "firehose DeleteDeliveryStream.AllowForceDelete",
  // It has one value, the default (service model, RecipeProvider).
  "personalize ListRecipes.recipeProvider",
  // Only with DryRun, which returns 501.
  "kms Decrypt.DryRunModifiers",
  // It lets a policy remove its author's rights, as the account always does.
  "s3 PutBucketPolicy.ConfirmRemoveSelfBucketAccess",
]);
const harmlessEverywhere: Readonly<Record<string, readonly string[]>> = {
  // A grant counts at once.
  kms: ["GrantTokens"],
  // Compared with the body on the wire (checksum-headers.ts), and read by their beginning.
  s3: [
    "RequestPayer",
    "ContentMD5",
    "ChecksumCRC32",
    "ChecksumCRC32C",
    "ChecksumCRC64NVME",
    "ChecksumSHA1",
    "ChecksumSHA256",
  ],
};
/** Operations that refuse every member that they do not name (refuse-others.ts). */
const refusing = new Set(["firehose CreateDeliveryStream", "firehose UpdateDestination"]);

function readSources(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
}

describe.each(Object.keys(spoken) as ServiceName[])("%s", (service) => {
  const sources = readSources(join(root, folderOf(service)));

  test("names every member of the requests that it answers", async () => {
    const operations = await operationsOf(service);
    const unread = account.host.listOperations(service).flatMap((name) => {
      const operation = operations.get(name);
      if (!operation || refusing.has(`${service} ${name}`)) return [];
      return [...membersOf(operation.input).values()]
        .filter((member) => !new RegExp(`\\b${member.name}\\b`).test(sources))
        .filter((member) => !harmlessEverywhere[service]?.includes(member.name))
        .map((member) => `${service} ${name}.${member.name}`);
    });
    expect(unread.filter((member) => !harmless.has(member))).toEqual([]);
  });

  test("says in its README what returns 501, and the error names the section that leads there", async () => {
    const path = `account/services/${folderOf(service)}/README.md`;
    expect(readFileSync(join(root, "../..", path), "utf8")).toMatch(/^(- )?501: \S/m);
    const section = readme.slice(readme.indexOf("\n## What returns 501\n"));
    expect(section).toContain(`](${path})`);
  });
});

test("an operation that is missing returns 501, with the place that says what is", async () => {
  const caller = { account: "000000000000", region: "eu-west-1", principal: rootOf("000000000000") };
  for (const service of Object.keys(spoken) as ServiceName[]) {
    const here = account.host.listOperations(service);
    const missing = [...(await operationsOf(service)).keys()].find((name) => !here.includes(name));
    if (missing === undefined) continue;
    await expect(account.host.dispatch(caller, service, missing, {})).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('"What returns 501" in local/README.md'),
    });
  }
});
