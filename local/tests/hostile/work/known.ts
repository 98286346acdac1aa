import { stream } from "../../../account/aws/random";
import type { ServiceName } from "../../../account/model/clients";

/** A request that once took much more work than its size suggests. */
export interface KnownCase {
  readonly service: ServiceName;
  readonly operation: string;
  readonly name: string;
  input(size: number): Readonly<Record<string, unknown>>;
}

const event = { id: "1", account: "0", source: "pets", time: "2026-01-01T00:00:00Z", region: "a", "detail-type": "a" };
const putEvent = (Detail: object) => ({
  Entries: [{ Source: "pets", DetailType: "a", Detail: JSON.stringify(Detail) }],
});
const putLine = (message: string) => ({
  ...{ logGroupName: "pets", logStreamName: "pets" },
  logEvents: [{ timestamp: 1_767_225_600_000, message }],
});
const metricsOf = (CloudWatchMetrics: object[], values: object) =>
  putLine(JSON.stringify({ _aws: { Timestamp: 1_767_225_600_000, CloudWatchMetrics }, ...values }));
const names = (count: number, prefix = "a") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

/** Letters in an order that no engine can foresee. */
const randomLetters = (letters: string, size: number) => {
  const random = stream("letters");
  return Array.from({ length: size }, () => letters[random.int(letters.length)]).join("");
};

export const knownCases: readonly KnownCase[] = [
  {
    ...{ service: "eventbridge", operation: "PutEvents", name: "a name of dots" },
    input: (size) => putEvent({ [".".repeat(size)]: 1 }),
  },
  {
    ...{ service: "eventbridge", operation: "TestEventPattern", name: "a pattern and an event of dots" },
    input: (size) => ({
      EventPattern: JSON.stringify({ [`detail${".a".repeat(Math.min(size, 800) / 2)}`]: [1] }),
      Event: JSON.stringify({ ...event, detail: { ["a.".repeat(size / 2)]: 1 } }),
    }),
  },
  {
    ...{ service: "eventbridge", operation: "TestEventPattern", name: "many rules and many values" },
    input: (size) => ({
      EventPattern: JSON.stringify({ detail: { a: names(140).map((_, i) => ({ cidr: `172.16.${i}.0/24` })) } }),
      Event: JSON.stringify({ ...event, detail: { a: names(size / 14).map((_, i) => `10.${i >> 8}.${i & 255}.1`) } }),
    }),
  },
  {
    ...{ service: "cloudwatch-logs", operation: "PutLogEvents", name: "embedded metrics as a product" },
    input(size) {
      const count = Math.cbrt(size) / 2;
      const directive = {
        Namespace: "Pets",
        Dimensions: names(count * count).map((name) => [name]),
        Metrics: names(count, "m").map((Name) => ({ Name })),
      };
      const values = names(count, "m").map((name) => [name, Array.from({ length: count }, (_, i) => i)]);
      return metricsOf(
        Array.from({ length: 3 }, () => directive),
        Object.fromEntries(values),
      );
    },
  },
  {
    ...{ service: "cloudwatch-logs", operation: "PutLogEvents", name: "embedded metrics with equal dimensions" },
    input: (size) =>
      metricsOf(
        [
          {
            Namespace: "Pets",
            Dimensions: Array.from({ length: size / 6 }, () => []),
            Metrics: Array.from({ length: 100 }, () => ({ Name: "m" })),
          },
        ],
        { m: Array.from({ length: 100 }, (_, i) => i) },
      ),
  },
  {
    ...{ service: "cloudwatch-logs", operation: "PutLogEvents", name: "a text with many beginnings of a match" },
    input: (size) => putLine(`c${randomLetters("ab", size)}`),
  },
  {
    ...{ service: "iam", operation: "SimulateCustomPolicy", name: "actions, resources and policies as a product" },
    input(size) {
      const count = Math.min(size / 200, 3_000);
      return {
        PolicyInputList: Array.from({ length: count }, () => policy),
        ActionNames: Array.from({ length: count }, () => "s3:GetObject"),
        ResourceArns: Array.from({ length: count }, () => "arn:aws:s3:::pets"),
      };
    },
  },
  {
    ...{ service: "iam", operation: "SimulateCustomPolicy", name: "values of a condition and of its key" },
    input(size) {
      const values = names(Math.min(size / 20, 6_000), "value");
      const Condition = { StringLike: { "s3:prefix": values.map((value) => `*${value}?*x`) } };
      return {
        PolicyInputList: [JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Condition }] })],
        ActionNames: ["s3:GetObject"],
        ContextEntries: [
          { ContextKeyName: "s3:prefix", ContextKeyValues: values.slice(0, 3_000), ContextKeyType: "stringList" },
        ],
      };
    },
  },
];
