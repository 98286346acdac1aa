import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stepsOf } from "../../../record/personalize/steps.ts";
import { createRedactor } from "../../../record/redaction.ts";
import { createTrailReader } from "../../../record/trail.ts";
import { listEverything } from "../../support/inventory.mts";
import { serve } from "../../support/serve.ts";
import { openEvening } from "./evening.mts";

const { account, folder, run, interrupt } = await openEvening();

describe("a run of stage 0", () => {
  test("writes each step, redacted, and leaves nothing", async () => {
    const { code, text } = await run("--stage 0 --local");
    expect(text).toMatch(/Everything was removed\.$/);
    expect(code).toBe(0);
    expect(text).not.toContain("ended early");
    expect(await listEverything(account)).toEqual([]);
    const files = readdirSync(folder);
    expect(files).toHaveLength(stepsOf(0).length);
    for (const file of files) {
      const written = readFileSync(join(folder, file), "utf8");
      expect(written).not.toMatch(/000000000000|personalize-conformance-|127\.0\.0\.1/);
      expect(createRedactor({ run: "personalize-conformance-" })(JSON.parse(written)), file).toEqual(
        JSON.parse(written),
      );
    }
  });

  // All operations that create something, in the order in which a run calls them.
  const creations = [
    "CreateKey",
    "CreateBucket",
    "PutBucketPolicy",
    "PutBucketEncryption",
    "CreateRole",
    "PutRolePolicy",
    "CreateDatasetGroup",
    "CreateSchema",
    "CreateDataset",
    "PutObject",
    "CreateDatasetImportJob",
    "CreateEventTracker",
    "CreateFilter",
    "CreateMetricAttribution",
    "CreateDatasetExportJob",
  ];
  const serviceOf = (operation: string) =>
    ["kms", "s3", "iam", "personalize"].find((name) => account.host.listOperations(name as "s3").includes(operation));

  // The worst moment: it is there, and the run does not know it.
  test.each(creations)("whose %s is done but not answered leaves nothing", async (operation) => {
    const service = serviceOf(operation) as "s3";
    account.faults.inject({ service, operation, effect: { kind: "drop-after" } });
    const { code, text } = await run("--stage 0 --local");
    expect(text).toContain("The run ended early");
    expect(code).toBe(1);
    expect(await listEverything(account)).toEqual([]);
  });

  test("whose data deletion job cannot be created goes on without it", async () => {
    const effect = { kind: "error", code: "ResourceInUseException", message: "An import is running." } as const;
    account.faults.inject({ service: "personalize", operation: "CreateDataDeletionJob", effect });
    const { code, text } = await run("--stage 0 --local");
    expect(text).toContain("ended early: An import is running.");
    expect(code).toBe(0);
    expect(await listEverything(account)).toEqual([]);
  });

  test("that is interrupted in the middle leaves nothing", async () => {
    const atLine = (line: string) => line.endsWith(" a tracker") && interrupt();
    const { code, text } = await run("--stage 0 --local", { atLine });
    expect(text).toContain("The run ended early: The run was interrupted.");
    expect(code).toBe(1);
    expect(await listEverything(account)).toEqual([]);
  });

  test("ends at its deadline", async () => {
    const { code, text } = await run("--stage 0 --local --deadline 3");
    expect(text).toContain("The run ended early: The deadline has passed.");
    expect(code).toBe(1);
    expect(await listEverything(account)).toEqual([]);
  });

  test("that cannot remove everything says what is left, refuses the next run, and is cleaned up", async () => {
    account.faults.inject({
      service: "personalize",
      operation: "DeleteFilter",
      times: 1_000,
      effect: { kind: "error", code: "AccessDeniedException", message: "Not today." },
    });
    expect((await run("--stage 0 --local")).text).toMatch(
      /The removal failed: Not today\..*\nLeft in the account.*filter\/.*\nIt costs nothing\./s,
    );
    account.faults.clear();
    const again = await run("--stage 0 --local");
    expect([again.code, again.text]).toEqual([1, expect.stringContaining("resources of an earlier run")]);
    const listed = await run("--clean --local");
    expect(listed.text).toContain("Nothing was removed.");
    const command = /--clean --run \S+ --confirm/.exec(listed.text)?.[0];
    expect((await run(`${command} --local`)).text).toMatch(/Everything was removed\.$/);
    expect(await listEverything(account)).toEqual([]);
    expect((await run("--clean --local")).code).toBe(0);
  });
});

describe("on AWS", () => {
  test.each(["0", "1"])("stage %s without --confirm says what it creates and costs, and only reads", async (stage) => {
    const before = account.log.entries().length;
    const { code, text } = await run(`--stage ${stage}`);
    expect(text).toMatch(/Account 000000000000, Region eu-west-1/);
    expect(text).toMatch(
      /On AWS it takes about \d+ minutes, and costs about USD \d+\.\d\d: .*\nNothing was created\. Add --confirm\.$/,
    );
    expect(code).toBe(0);
    const called = account.log.entries().slice(before);
    expect(called.filter(({ operation }) => !/^(List|Describe|Get)/.test(operation))).toEqual([]);
  });

  test("counts with prices of a file", async () => {
    const file = join(folder, "prices.txt");
    writeFileSync(file, JSON.stringify({ currency: "EUR", keyMonth: 30, endpointHour: 2 }));
    const { text } = await run(`--stage 0 --prices ${file}`);
    expect(text).toContain("costs about EUR 1.05: key EUR 1.00, imports EUR 0.05.");
  });

  test("is not reached without credentials", async () => {
    expect((await run("--clean", { aws: false })).text).toMatch(
      /^There are no credentials of AWS: this is a local account\./,
    );
    expect((await run("--stage 0 --confirm", { aws: false })).code).toBe(1);
  });
});

test.each([
  ["--stage 2", "--stage is 2: 0 or 1."],
  ["--confirm", "--stage is missing: 0 or 1."],
  ["--stage 0 --deadline soon", "--deadline is soon: minutes, above 0."],
  ["--stages 0", "Unknown option '--stages'"],
  ["--stage 1 --only first-hour", "--only is first-hour, with --stage 1: first-hour, with --stage 0."],
  ["--stage 0 --run mine", "--run names the run that --clean removes."],
  ["--clean --local --run personalize-conformance-eu-west-1-", "the whole name of a run in eu-west-1"],
])("refuses %s", async (args, message) => {
  const { code, text } = await run(args);
  expect([code, text]).toEqual([2, expect.stringContaining(message)]);
});

test("CloudTrail is asked for a resource, and answers with the calls of services only", async () => {
  const requests: { target: unknown; signed: unknown; body: string }[] = [];
  // In the form of the CloudTrail guide ("CloudTrail record contents").
  const records = [
    {
      eventSource: "kms.amazonaws.com",
      eventName: "GenerateDataKey",
      userIdentity: { type: "AWSService", invokedBy: "personalize.amazonaws.com" },
      requestParameters: { encryptionContext: { "aws:s3:arn": "arn:aws:s3:::files" } },
    },
    { eventSource: "kms.amazonaws.com", eventName: "CreateKey", userIdentity: { type: "IAMUser" } },
  ] as const;
  const { origin, close } = await serve(async (request, response) => {
    const body = (await request.setEncoding("utf8").toArray()).join("");
    requests.push({ target: request.headers["x-amz-target"], signed: request.headers.authorization, body });
    response.end(JSON.stringify({ Events: records.map((each) => ({ CloudTrailEvent: JSON.stringify(each) })) }));
  });
  const credentials = async () => ({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" });
  const endpoint = `${origin}/`;
  const found = await createTrailReader({ region: "eu-west-1", credentials, endpoint, pause: async () => {} })(
    "arn:key",
  );
  close();
  expect(found).toEqual([
    expect.objectContaining({ eventName: "GenerateDataKey", requestParameters: records[0].requestParameters }),
  ]);
  expect(requests).toEqual([
    {
      target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
      signed: expect.stringContaining("/eu-west-1/cloudtrail/aws4_request"),
      body: JSON.stringify({ LookupAttributes: [{ AttributeKey: "ResourceName", AttributeValue: "arn:key" }] }),
    },
  ]);
});
