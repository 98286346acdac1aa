import * as sdk from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { hour, minute, start, userFields, writeCatalogue } from "../../record/personalize/pets.ts";
import { createRole } from "../support/roles.ts";
import { openStage } from "./stage.mts";

const on = await openStage();
const filled = await on.filled();
const users = await on.dataset(filled.groupArn, "Users", userFields);
const { trackingId } = await on.tracker(filled.groupArn);

const { read } = on;
const view = (userId: string | undefined, itemId: string, more: object = {}) =>
  on.events.putEvents({
    trackingId,
    userId,
    sessionId: `session of ${userId}`,
    eventList: [{ eventType: "View", itemId, sentAt: new Date(start), ...more }],
  });

describe("export jobs", () => {
  test("write what was imported as it came, and the job is listed", async () => {
    const { job, file } = await on.exportRows(filled.items, { ingestionMode: "BULK" });
    expect(job).toMatchObject({ status: "ACTIVE", ingestionMode: "BULK" });
    expect(await read(file)).toBe(`${writeCatalogue()}\n`);
    const { datasetExportJobs } = await on.personalize.listDatasetExportJobs({ datasetArn: filled.items });
    expect(datasetExportJobs?.map(({ datasetExportJobArn }) => datasetExportJobArn)).toContain(
      job?.datasetExportJobArn,
    );
  });

  test("tell streamed records from imported ones; ALL has the newest of an item", async () => {
    const properties = JSON.stringify({ species: "parrot, grey", age: 30 });
    await on.events.putItems({ datasetArn: filled.items, items: [{ itemId: "cat-0", properties }] });
    const put = await read((await on.exportRows(filled.items, { ingestionMode: "PUT" })).file);
    expect(put).toBe('ITEM_ID,SPECIES,STATUS,AGE,CREATION_TIMESTAMP\ncat-0,"parrot, grey",,30,\n');
    const all = await read((await on.exportRows(filled.items)).file);
    expect(all.split("\n").filter((line) => line.startsWith("cat-0,"))).toEqual(['cat-0,"parrot, grey",,30,']);
  });

  test("fail without the right to write", async () => {
    const reader = await createRole(on.account, "reader", "personalize.amazonaws.com", [
      { Action: "s3:GetObject", Resource: "*" },
    ]);
    const { job } = await on.exportRows(filled.items, { roleArn: reader });
    expect(job?.status).toBe("CREATE FAILED");
    expect(job?.failureReason).toContain("s3:PutObject");
  });
});

describe("batch inference jobs", () => {
  const batch = async (
    recipe: string,
    lines: readonly unknown[],
    more: Partial<sdk.CreateBatchInferenceJobCommandInput> = {},
  ) => {
    const version = await on.version(await on.solution(filled.groupArn, recipe));
    const key = `in/${on.fresh("batch")}.json`;
    await on.put(key, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
    const batchInferenceJobArn = await on.beginBatch(version.arn, key, { numResults: 3, ...more });
    await on.account.clock.advance(hour);
    const { batchInferenceJob } = await on.personalize.describeBatchInferenceJob({ batchInferenceJobArn });
    expect(batchInferenceJob?.status).toBe("ACTIVE");
    const text = await read(`batch/${key.slice(3)}.out`);
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  };

  test("answer each line with its input; a line that cannot be answered gets the reason", async () => {
    const [first, second, third] = await batch("aws-user-personalization-v2", [{ userId: "user-0" }, "{", {}]);
    expect(first).toMatchObject({ input: { userId: "user-0" }, error: null });
    expect(first.output.recommendedItems).toHaveLength(3);
    expect(first.output.scores).toHaveLength(3);
    expect(second).toMatchObject({ input: "{", output: null, error: expect.stringContaining("not JSON") });
    expect(third).toEqual({ input: {}, output: null, error: expect.stringContaining("userId is missing") });
  });

  test("rank lists, and filter with values of the line", async () => {
    const filterArn = await on.filter(filled.groupArn, "INCLUDE ItemID WHERE Items.SPECIES IN ($KIND)");
    const line = { userId: "user-1", itemList: ["cat-1", "dog-1", "dog-2"], filterValues: { KIND: '"dog"' } };
    const [{ output }] = await batch("aws-personalized-ranking", [line], { filterArn });
    expect([...output.recommendedItems].sort()).toEqual(["dog-1", "dog-2"]);
  });

  test.each([
    [
      "a path without its last /",
      "mail/june",
      ["a.json", "b.json", "deep.json", "next.json", "old.json", "old.json.out"],
    ],
    ["a folder", "mail/june/", ["a.json", "b.json", "deep.json"]],
    ["a file, beside answers of an earlier job", "mail/june/a.json", ["a.json"]],
    ["a file whose answers lie beside it", "mail/june_2/old.json", ["old.json", "old.json.out"]],
  ])("read all files whose keys begin with the path: %s", async (_what, path, names) => {
    const folders = { june: ["a.json", "b.json", "more/deep.json"], june_2: ["next.json", "old.json", "old.json.out"] };
    for (const [folder, files] of Object.entries(folders)) {
      for (const file of files) await on.put(`mail/${folder}/${file}`, '{"userId":"user-0"}');
    }
    // The folder's mark of a console.
    await on.put("mail/june/", "");
    const version = await on.version(await on.solution(filled.groupArn, "aws-popularity-count"));
    const answers = on.fresh("answers");
    const jobOutput = { s3DataDestination: { path: `s3://${on.bucket}/${answers}/` } };
    await on.beginBatch(version.arn, path, { numResults: 1, jobOutput });
    await on.account.clock.advance(hour);
    const { Contents = [] } = await on.s3.listObjectsV2({ Bucket: on.bucket, Prefix: `${answers}/` });
    const written = Contents.map(({ Key = "" }) => Key.slice(answers.length + 1));
    expect(written).toEqual(names.map((name) => `${name}.out`));
  });

  test("keep their filter from being deleted while they run", async () => {
    const filterArn = await on.filter(filled.groupArn, "INCLUDE ItemID WHERE Items.AGE > 1");
    const version = await on.version(await on.solution(filled.groupArn, "aws-popularity-count"));
    await on.beginBatch(version.arn, "in/", { filterArn });
    const remove = () => on.personalize.deleteFilter({ filterArn });
    await expect(remove()).rejects.toThrow(sdk.ResourceInUseException);
    await on.account.clock.advance(hour);
    await remove();
  });
});

describe("data deletion jobs", () => {
  /** Begins a job with these users. Returns a function that describes it. */
  const forget = async (csv: string) => {
    const jobName = on.fresh("forget");
    await on.put(`${jobName}.csv`, csv);
    const { dataDeletionJobArn } = await on.personalize.createDataDeletionJob({
      jobName,
      datasetGroupArn: filled.groupArn,
      dataSource: { dataLocation: `s3://${on.bucket}/${jobName}.csv` },
      roleArn: on.roleArn,
    });
    return async () => (await on.personalize.describeDataDeletionJob({ dataDeletionJobArn })).dataDeletionJob;
  };

  test("take a user out of every dataset once COMPLETED", async () => {
    const version = await on.version(await on.solution(filled.groupArn, "aws-user-personalization"));
    const campaignArn = await on.campaign(version.arn, { itemExplorationConfig: { explorationWeight: "0" } });
    const list = async (userId: string) => (await on.runtime.getRecommendations({ campaignArn, userId })).itemList;
    await view("user-3", "dog-7");
    await on.load(users, "USER_ID,HOME\nuser-3,flat");
    const popular = await list("stranger");
    expect(await list("user-3")).not.toEqual(popular);

    const describe = await forget("USER_ID\nuser-3\nnever seen");
    expect(await describe()).toMatchObject({ status: "PENDING" });
    expect(await list("user-3")).not.toEqual(popular);
    await on.account.clock.advance(hour);
    // 20 imported views, one streamed event, one user record.
    expect(await describe()).toMatchObject({ status: "COMPLETED", numDeleted: 22 });
    expect(await list("user-3")).toEqual(popular);
  });

  test("FAIL when the file is not theirs", async () => {
    const describe = await forget("NAME\nuser-3");
    await on.account.clock.advance(hour);
    expect(await describe()).toMatchObject({
      status: "FAILED",
      failureReason: expect.stringContaining("missing the following columns: [USER_ID]"),
    });
  });
});

describe("metric attributions", () => {
  test("report streamed events by source with the role's right, and not without it", async () => {
    const grant = { Action: "cloudwatch:PutMetricData", Resource: "*" };
    const reporter = await createRole(on.account, "reporter", "personalize.amazonaws.com", [grant]);
    const silent = await createRole(on.account, "silent", "personalize.amazonaws.com");
    const { metricAttributionArn } = await on.personalize.createMetricAttribution({
      name: "impact",
      datasetGroupArn: filled.groupArn,
      metricsOutputConfig: { roleArn: reporter },
      metrics: [
        { eventType: "view", metricName: "views", expression: "SAMPLECOUNT()" },
        { eventType: "Adopt", metricName: "age", expression: "SUM(Items.AGE)" },
        { eventType: "Adopt", metricName: "fee", expression: "SUM(Interactions.EVENT_VALUE)" },
      ],
    });
    await on.account.clock.advance(minute);
    const seen: unknown[] = [];
    const off = on.account.host.on("metric", ({ namespace, name, values, dimensions }) => {
      const { EventAttributionSource: source } = dimensions;
      if (namespace === "AWS/Personalize" && source !== undefined) seen.push([name, ...values, source]);
    });
    const sentAt = new Date(on.account.clock.now());
    await view("a", "dog-3", { sentAt });
    const metricAttribution = { eventAttributionSource: "newsletter" };
    await view("a", "dog-3", { sentAt, eventType: "Adopt", eventValue: 40, metricAttribution });
    await view("a", "dog-4", { sentAt: new Date(0) });
    expect(seen.splice(0)).toEqual([
      ["views", 1, "SOURCE_NAME_UNDEFINED"],
      ["age", 3, "newsletter"],
      ["fee", 40, "newsletter"],
    ]);
    await on.personalize.updateMetricAttribution({ metricAttributionArn, metricsOutputConfig: { roleArn: silent } });
    await view("a", "dog-5", { sentAt });
    expect(seen).toEqual([]);
    off();
  });

  test("are of numeric columns, and change their metrics", async () => {
    const [{ metricAttributionArn } = {}] = (await on.personalize.listMetricAttributions({})).metricAttributions ?? [];
    const add = (expression: string) =>
      on.personalize.updateMetricAttribution({
        metricAttributionArn,
        addMetrics: [{ eventType: "View", metricName: "m", expression }],
      });
    await expect(add("SUM(Items.SPECIES)")).rejects.toThrow("SPECIES must be a numeric column of Items");
    await expect(add("AVG(Items.AGE)")).rejects.toThrow("must be SAMPLECOUNT(), SUM(Items.COLUMN)");
    await add("SUM(Items.AGE)");
    await on.personalize.updateMetricAttribution({ metricAttributionArn, removeMetrics: ["views"] });
    const { metrics } = await on.personalize.listMetricAttributionMetrics({ metricAttributionArn });
    expect(metrics?.map(({ metricName }) => metricName).sort()).toEqual(["age", "fee", "m"]);
  });
});

test("User-Personalization takes a new item in every two hours, with the metrics as they were", async () => {
  const version = await on.version(await on.solution(filled.groupArn, "aws-user-personalization"));
  const campaignArn = await on.campaign(version.arn, { itemExplorationConfig: { explorationWeight: "0" } });
  const known = async () => {
    const { itemList = [] } = await on.runtime.getRecommendations({ campaignArn, userId: "user-0", numResults: 500 });
    return itemList.some(({ itemId }) => itemId === "cat-new");
  };
  const metrics = async () => (await on.personalize.getSolutionMetrics({ solutionVersionArn: version.arn })).metrics;
  const before = await metrics();
  await on.events.putItems({
    datasetArn: filled.items,
    items: [{ itemId: "cat-new", properties: JSON.stringify({ species: "cat" }) }],
  });
  expect(await known()).toBe(false);
  await on.account.clock.advance(2 * hour);
  expect(await known()).toBe(true);
  expect(await metrics()).toEqual(before);
});
