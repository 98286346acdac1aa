import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { hour, interactionFields } from "./pets.ts";
import { openStage } from "./stage.mts";

const mebibyte = 1024 * 1024;
const rows = 200_000;

/** Long ids that come again and again: many bytes, of which little must be kept. */
const id = (kind: string, i: number) => `${kind}-${i}`.padEnd(120, "-");

/** In pieces of more than 8 KiB, the header with the first: S3 takes no shorter frames of a streamed upload. */
function* csv() {
  let header = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE\n";
  for (let from = 0; from < rows; from += 200) {
    const lines = Array.from({ length: 200 }, (_, k) => from + k).map(
      (i) => `${id("visitor", i % 500)},${id("animal", i % 90)},${1_700_000_000 + i},View,\n`,
    );
    yield Buffer.from(header + lines.join(""));
    header = "";
  }
}
const bytes = [...csv()].reduce((sum, { length }) => sum + length, 0);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** The memory of this process without garbage: some of it is freed only in the turn after its collection. */
async function held(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const on = await openStage();

test("a large file is stored, read and imported without being in memory as a whole", async () => {
  expect(bytes).toBeGreaterThan(48 * mebibyte);
  const before = await held();
  const file = { Bucket: on.bucket, Key: "large.csv" };

  const Body = Readable.from(csv());
  await on.s3.putObject({ ...file, Body, ContentLength: bytes });
  expect((await held()) - before).toBeLessThan(16 * mebibyte);

  const stored = createHash("md5");
  const { Body: answer } = await on.s3.getObject(file);
  for await (const piece of answer as Readable) stored.update(piece);
  const sent = createHash("md5");
  for (const piece of csv()) sent.update(piece);
  expect(stored.digest("hex")).toBe(sent.digest("hex"));

  const datasetArn = await on.dataset(await on.group(), "Interactions", interactionFields);
  const { datasetImportJobArn } = await on.personalize.createDatasetImportJob({
    jobName: "large",
    datasetArn,
    dataSource: { dataLocation: `s3://${on.bucket}/large.csv` },
    roleArn: on.roleArn,
  });
  await on.account.clock.advance(hour);
  const { datasetImportJob } = await on.personalize.describeDatasetImportJob({ datasetImportJobArn });
  expect(datasetImportJob).toMatchObject({ status: "ACTIVE" });
  expect((await held()) - before).toBeLessThan(24 * mebibyte);
});
