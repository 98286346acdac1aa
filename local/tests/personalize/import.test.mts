import { expect, test } from "vitest";
import { interactionFields, itemFields, writeCatalogue, writeViews } from "../../record/personalize/pets.ts";
import { createRole } from "../support/roles.ts";
import { allowService, openStage } from "./stage.mts";

const on = await openStage();
const groupArn = await on.group();
const interactions = await on.dataset(groupArn, "Interactions", interactionFields);
const items = await on.dataset(groupArn, "Items", itemFields);

/** The data with one line replaced; lines count from 1, the header's. */
const withLine = (csv: string, line: number, text: string) =>
  csv
    .split("\n")
    .map((old, i) => (i === line - 1 ? text : old))
    .join("\n");

test("columns in another order than the schema's are accepted", async () => {
  const swapped = writeViews()
    .split("\n")
    .map((row) => row.split(",").reverse().join(","))
    .join("\n");
  expect(await on.load(interactions, swapped)).toMatchObject({ status: "ACTIVE" });
});

test("a quoted value may contain commas, quotes and line ends", async () => {
  const quoted = `${writeCatalogue()}\n"cat, ""the"" 21st",cat,"a\nb",3,\n`;
  expect(await on.load(items, quoted)).toMatchObject({ status: "ACTIVE" });
});

test.each([
  [
    "a text where a number belongs",
    "user-1,cat-1,yesterday,View,",
    'TIMESTAMP is "yesterday"; it must be a whole number (long)',
  ],
  [
    "a fraction of a second",
    "user-1,cat-1,1700000000.5,View,",
    'TIMESTAMP is "1700000000.5"; it must be a whole number',
  ],
  ["a time in milliseconds", "user-1,cat-1,1700000000000,View,", "Unix time in seconds, not in milliseconds"],
  ["NaN", "user-1,cat-1,1700000000,View,NaN", 'EVENT_VALUE is "NaN"; it must be a number (float)'],
  ["nothing where null is not allowed", ",cat-1,1700000000,View,", "USER_ID is empty; it does not allow null"],
  ["too few columns", "user-1,cat-1", "column TIMESTAMP is missing: the row has 2 columns"],
  ["an id of 257 characters", `${"u".repeat(257)},cat-1,1700000000,View,`, "USER_ID has 257 characters; 256 at most"],
  ["a quote that is not closed", 'user-1,"cat-1,1700000000,View,', "a quoted value is not closed"],
])("a row with %s fails the job with its line and column", async (_, row, reason) => {
  const job = await on.load(interactions, withLine(writeViews(), 731, row));
  expect(job?.status).toBe("CREATE FAILED");
  expect(job?.failureReason).toContain(reason);
  expect(job?.failureReason).toMatch(/^s3:\/\/pet-data\/file-\d+\.csv, line (731|1201): /);
});

test("a row of 10 MB fails the job but not the account", async () => {
  const job = await on.load(
    interactions,
    withLine(writeViews(), 3, `user-1,${"x".repeat(10_000_000)},1700000000,View,`),
  );
  expect(job).toMatchObject({ status: "CREATE FAILED" });
  expect(job?.failureReason).toContain("the row is longer than");
});

test("fewer than 1,000 interactions are refused with the number found", async () => {
  const job = await on.load(interactions, writeViews().split("\n").slice(0, 1000).join("\n"));
  expect(job?.failureReason).toContain("The job has 999 interactions; an import needs 1000 at least");
});

test("an empty file is refused", async () => {
  expect((await on.load(interactions, ""))?.failureReason).toMatch(/is empty: it has no header row/);
  expect((await on.load(items, "ITEM_ID,SPECIES,STATUS,AGE,CREATION_TIMESTAMP"))?.failureReason).toContain("no rows");
});

test("a folder's own files are read, not those in folders below", async () => {
  const [header, ...rows] = writeViews().split("\n");
  await on.put("folder/a.csv", [header, ...rows.slice(0, 600)].join("\n"));
  await on.put("folder/b.csv", [header, ...rows.slice(600)].join("\n"));
  await on.put("folder/deeper/c.csv", "not,a\nproper,file");
  const job = await on.load(interactions, "", { dataSource: { dataLocation: `s3://${on.bucket}/folder/` } });
  expect(job).toMatchObject({ status: "ACTIVE" });
});

test("a role that may not read the object fails the job", async () => {
  const roleArn = await createRole(on.account, "poor", "personalize.amazonaws.com", [
    { Action: "s3:ListBucket", Resource: `arn:aws:s3:::${on.bucket}` },
  ]);
  const job = await on.load(interactions, writeViews(), { roleArn });
  expect(job?.failureReason).toContain("Insufficient privileges for accessing data in Amazon S3");
  expect(job?.failureReason).toContain("s3:GetObject");
});

test("a bucket whose policy does not let the service in fails the job", async () => {
  await on.s3.deleteBucketPolicy({ Bucket: on.bucket });
  const job = await on.load(interactions, writeViews());
  await allowService(on.s3, on.bucket);
  expect(job?.failureReason).toContain(
    "Insufficient privileges for accessing data in Amazon S3: User: personalize.amazonaws.com",
  );
});

test("an import's size, time and outcome are metrics", async () => {
  const { interactions } = await on.filled();
  const seen: string[] = [];
  const off = on.account.host.on("metric", ({ namespace, name, values, unit }) => {
    if (namespace === "AWS/Personalize") seen.push(`${name} ${values} ${unit}`);
  });
  const csv = writeViews();
  await on.load(interactions, csv);
  await on.load(interactions, "no header");
  off();
  expect(seen).toEqual([
    "DatasetImportJobRequests 1 Count",
    `DatasetSize ${Buffer.byteLength(csv)} Bytes`,
    expect.stringMatching(/^DatasetImportJobExecutionTime \d+ Milliseconds$/),
    "DatasetImportJobRequests 1 Count",
    "DatasetImportJobError 1 Count",
  ]);
});
