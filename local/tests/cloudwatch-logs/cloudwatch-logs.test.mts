import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { parseFilterPattern } from "../../account/services/cloudwatch-logs/filter-pattern/filter-pattern.ts";
import { LogLine } from "../../account/services/cloudwatch-logs/filter-pattern/log-line.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { policyOf } from "../support/roles.ts";

const matches = (pattern: string, message: string) => parseFilterPattern(pattern)(new LogLine(message));

const day = 86_400_000;
const account = await openAccount({ start: Date.UTC(2026, 0, 1) });
const logs = new CloudWatchLogs(sdk(account));

let groups = 0;
async function group(...streams: string[]) {
  const logGroupName = `/pets/${++groups}`;
  await logs.createLogGroup({ logGroupName });
  for (const logStreamName of streams) await logs.createLogStream({ logGroupName, logStreamName });
  return logGroupName;
}
function put(logGroupName: string, logStreamName: string, ...messages: (string | [age: number, message: string])[]) {
  const now = Math.floor(account.clock.now());
  const logEvents = messages.map((entry) =>
    typeof entry === "string" ? { timestamp: now, message: entry } : { timestamp: now - entry[0], message: entry[1] },
  );
  return logs.putLogEvents({ logGroupName, logStreamName, logEvents });
}
async function filter(logGroupName: string, filterPattern?: string) {
  const { events = [] } = await logs.filterLogEvents({ logGroupName, filterPattern });
  return events.map(({ message }) => message);
}

test("a group is described with both forms of its ARN, its retention and its size", async () => {
  const logGroupName = await group("one");
  await logs.putRetentionPolicy({ logGroupName, retentionInDays: 30 });
  await put(logGroupName, "one", "12345");
  const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName });
  const arn = `arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}`;
  expect(logGroups).toEqual([
    {
      logGroupName,
      logGroupArn: arn,
      arn: `${arn}:*`,
      creationTime: Date.UTC(2026, 0, 1),
      retentionInDays: 30,
      storedBytes: 31,
      metricFilterCount: 0,
      deletionProtectionEnabled: false,
      logGroupClass: "STANDARD",
    },
  ]);
});

test("refuses a group that is given by name and by ARN, and lists no group of another class", async () => {
  const logGroupName = await group("a");
  // Recorded: localstack's snapshot test_describe_log_streams_with_log_group_identifier.
  const both = { logGroupName, logGroupIdentifier: logGroupName };
  const error = { name: "ValidationException", message: expect.stringContaining("mutually exclusive") };
  await expect(logs.describeLogStreams(both)).rejects.toMatchObject(error);
  await expect(logs.filterLogEvents(both)).rejects.toMatchObject(error);
  const named = { logGroupNamePrefix: logGroupName };
  expect((await logs.describeLogGroups({ ...named, logGroupClass: "STANDARD" })).logGroups).toHaveLength(1);
  expect((await logs.describeLogGroups({ ...named, logGroupClass: "INFREQUENT_ACCESS" })).logGroups ?? []).toEqual([]);
});

test("refuses a retention that AWS does not offer", async () => {
  const logGroupName = await group();
  const odd = logs.putRetentionPolicy({ logGroupName, retentionInDays: 2 });
  await expect(odd).rejects.toMatchObject({ name: "InvalidParameterException" });
});

test("refuses a second group or stream with the same name", async () => {
  const logGroupName = await group("one");
  await expect(logs.createLogGroup({ logGroupName })).rejects.toMatchObject({
    name: "ResourceAlreadyExistsException",
  });
  const stream = logs.createLogStream({ logGroupName, logStreamName: "one" });
  await expect(stream).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
});

test("FilterLogEvents merges the streams by time and pages to the end", async () => {
  const logGroupName = await group("one", "two");
  await put(logGroupName, "one", [3_000, "1"], [1_000, "3"]);
  await put(logGroupName, "two", [2_000, "2"], "4");
  expect(await filter(logGroupName)).toEqual(["1", "2", "3", "4"]);
  const found: unknown[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs, pageSize: 1 }, { logGroupName })) {
    found.push(...events.map(({ message, logStreamName }) => `${logStreamName}:${message}`));
  }
  expect(found).toEqual(["one:1", "two:2", "one:3", "two:4"]);
});

test.each(["1", Buffer.from("one").toString("base64url")])(
  "FilterLogEvents refuses the token %s, which it did not issue",
  async (nextToken) => {
    const logGroupName = await group("one");
    await expect(logs.filterLogEvents({ logGroupName, nextToken })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "The specified nextToken is invalid.",
    });
  },
);

test.each([
  ["ERROR", "an ERROR here", true],
  ["ERROR", "an error here", false],
  ["ERROR timeout", "timeout after ERROR", true],
  ["ERROR timeout", "ERROR only", false],
  ["?ERROR ?WARN", "a WARN", true],
  ["?ERROR ?WARN", "an INFO", false],
  ["ERROR -expected", "an expected ERROR", false],
  ["-expected", "an ERROR", true],
  ['"two words"', "these two words", true],
  ['"two words"', "words two", false],
  ["%E[RQ]+OR%", "EQROR", true],
  ["%^[hc]at%", "a hat", false],
  ["%[hc]at$%", "a hat", true],
  ["%colou?r%", "a color", true],
  ["%a{3,5}%", "aa a", false],
  ["%xa{3,5}y%", "xaaaay", true],
  ["%gray|grey%", "grey", true],
  ["%10\\.0\\.0\\.1%", "10a0b0c1", false],
  ["%\\d+\\s\\w%", "12 a", true],
  ["%^[^\\x41-Z]*$%", "aBc", false],
  ["%^a*|b$%", "xb", true],
  ["", "anything", true],
])("the pattern %s on '%s' is %s", (pattern, message, expected) => {
  expect(matches(pattern, message)).toBe(expected);
});

test.each([
  ['{ $.level = "ERROR" }', true],
  ['{ $.level = "ERR*" }', true],
  ["{ $.level != ERROR }", false],
  ["{ $.missing != ERROR }", false],
  ["{ $.count >= 3 && $.count < 4 }", true],
  ["{ $.count = 3.0 }", true],
  ['{ ($.level = "INFO" || $.count = 3) && $.pets[1].name = "Rex" }', true],
  ["{ $.missing NOT EXISTS }", true],
  ["{ $.level NOT EXISTS }", false],
  ["{ $.nothing IS NULL }", true],
  ["{ $.late IS TRUE }", true],
  ["{ $.late IS FALSE }", false],
  ["{ $.level = %^E% }", true],
  ["{ $.['level'] = ERROR }", true],
])("the JSON pattern %s is %s for the event", (pattern, expected) => {
  const event = { level: "ERROR", count: 3, nothing: null, late: true, pets: [{ name: "Mia" }, { name: "Rex" }] };
  expect(matches(pattern, JSON.stringify(event))).toBe(expected);
});

test("a JSON pattern does not match events that are not JSON", () => {
  expect(matches("{ $.level = ERROR }", "level = ERROR")).toBe(false);
});

test.each(["{ $.a = }", "{ level = 1 }", '{ $.a = "x" ', "{ ($.a = 1 }", "a,b", "{ $.a = 1 } }", "%[a%"])(
  "the pattern %s is refused",
  async (pattern) => {
    const logGroupName = await group();
    await expect(filter(logGroupName, pattern)).rejects.toMatchObject({ name: "InvalidParameterException" });
  },
);

test("events that arrive late are read in their order", async () => {
  const logGroupName = await group("one");
  await put(logGroupName, "one", [1_000, "b"], [1_000, "c"]);
  await put(logGroupName, "one", [2_000, "a"]);
  await put(logGroupName, "one", [1_000, "d"]);
  expect(await filter(logGroupName)).toEqual(["a", "b", "c", "d"]);
});

test("refuses a batch out of order; rejects single events that are too old or too new", async () => {
  const logGroupName = await group("one");
  const unordered = put(logGroupName, "one", "now", [1_000, "before"]);
  await expect(unordered).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  const { rejectedLogEventsInfo } = await put(logGroupName, "one", [15 * day, "too old"], [14.5 * day, "old as well"]);
  expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 2 });
  const future = await put(logGroupName, "one", "now", [-3 * 3_600_000, "tomorrow"]);
  expect(future.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
  expect(await filter(logGroupName)).toEqual(["now"]);
});

test("deletes events at the end of the group's retention", async () => {
  const logGroupName = await group("one");
  await logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 });
  await put(logGroupName, "one", "old");
  await account.clock.advance(day);
  await put(logGroupName, "one", "new");
  expect(await filter(logGroupName)).toEqual(["old", "new"]);
  await account.clock.advance(1_000);
  expect(await filter(logGroupName)).toEqual(["new"]);
});

test("refuses a key whose policy does not allow CloudWatch Logs", async () => {
  const kms = new KMS(sdk(account));
  const allow = (Principal: object) => ({ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" });
  const root = allow({ AWS: "arn:aws:iam::000000000000:root" });
  const key = async (...Statement: object[]) => {
    const Policy = policyOf(Statement);
    return (await kms.createKey({ Policy })).KeyMetadata?.Arn;
  };
  const create = async (kmsKeyId: string | undefined) =>
    logs.createLogGroup({ logGroupName: `/pets/key-${++groups}`, kmsKeyId });
  await expect(create(await key(root))).rejects.toMatchObject({ name: "InvalidParameterException" });
  await create(await key(root, allow({ Service: "logs.eu-west-1.amazonaws.com" })));
});

test("extracts embedded metrics from an event, also after a prefix", async () => {
  const logGroupName = await group("one");
  const document = {
    _aws: {
      Timestamp: account.clock.now(),
      CloudWatchMetrics: [
        { Namespace: "Pets", Dimensions: [["service"]], Metrics: [{ Name: "adopted", Unit: "Count" }] },
      ],
    },
    service: "ingest",
    adopted: [3, 4],
  };
  await put(logGroupName, "one", `2026-01-01T00:00:00.000Z\tid\tINFO\t${JSON.stringify(document)}`, "no metric { here");
  const cloudwatch = new CloudWatch(sdk(account));
  const { Metrics } = await cloudwatch.listMetrics({ Namespace: "Pets" });
  expect(Metrics).toEqual([
    { Namespace: "Pets", MetricName: "adopted", Dimensions: [{ Name: "service", Value: "ingest" }] },
  ]);
  const now = account.clock.now();
  const { Datapoints } = await cloudwatch.getMetricStatistics({
    Namespace: "Pets",
    MetricName: "adopted",
    Dimensions: Metrics?.[0]?.Dimensions,
    StartTime: new Date(now - day),
    EndTime: new Date(now + day),
    Period: 86_400,
    Statistics: ["Sum", "SampleCount"],
  });
  expect(Datapoints).toMatchObject([{ SampleCount: 2, Sum: 7 }]);
});

// CloudWatch Logs guide, "Monitoring with CloudWatch metrics".
test("events that arrive are counted by group, with their bytes", async () => {
  const logGroupName = await group("one");
  await put(logGroupName, "one", "12345", "grün");
  const sumOf = async (MetricName: string) => {
    const { Datapoints = [] } = await new CloudWatch(sdk(account)).getMetricStatistics({
      Namespace: "AWS/Logs",
      MetricName,
      Dimensions: [{ Name: "LogGroupName", Value: logGroupName }],
      StartTime: new Date(account.clock.now() - day),
      EndTime: new Date(account.clock.now() + day),
      Period: 2 * 86_400,
      Statistics: ["Sum"],
    });
    return Datapoints[0]?.Sum;
  };
  expect(await sumOf("IncomingBytes")).toBe(10);
  expect(await sumOf("IncomingLogEvents")).toBe(2);
});
