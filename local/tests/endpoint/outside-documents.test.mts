/** The rule for keys (aws/record.ts) in documents: members by names that objects inherit, at any depth. */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { shortenInput } from "../../account/host/short-call.ts";
import { parsePattern } from "../../account/languages/event-pattern/pattern.ts";
import { isOperator } from "../../account/languages/policy/conditions.ts";
import { contextOf } from "../../account/languages/policy/context.ts";
import { parseFilterPattern } from "../../account/services/cloudwatch-logs/filter-pattern/filter-pattern.ts";
import { LogLine } from "../../account/services/cloudwatch-logs/filter-pattern/log-line.ts";
import { embeddedMetrics } from "../../account/services/cloudwatch-logs/metrics/embedded-metrics.ts";
import { define, openMachines } from "../step-functions/machines.mts";
import { changedPrototypes, inheritedNames } from "../support/outside-names.ts";

afterEach(() => expect(changedPrototypes()).toEqual([]));

const name = fc.constantFrom(...inheritedNames, "a", "b");
const leaf = fc.oneof(fc.constantFrom("x", "constructor", ""), fc.integer({ min: -9, max: 9 }), fc.boolean());

/** The JSON text of a document with such names, in which `keys` combines names to a key. */
function documents(keys: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { object } = fc.letrec<{ object: string; value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf.map((value) => JSON.stringify(value)),
      fc.array(tie("value"), { maxLength: 2 }).map((items) => `[${items.join(",")}]`),
      tie("object"),
    ),
    object: fc
      .uniqueArray(fc.tuple(keys, tie("value")), { selector: ([key]) => key, minLength: 1, maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`),
  }));
  return object;
}
const plain = documents(name);
const dotted = documents(fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join(".")));

/** The places of the texts in a document, without those in lists. */
function textsIn(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]));
}

const attempts = { numRuns: 500 };

describe("an event's members by such names", () => {
  test("match the pattern with the same members, in each other or with dots between them", () => {
    fc.assert(
      fc.property(plain, (text) => {
        for (const { path, text: value } of textsIn(JSON.parse(text))) {
          const [nested, withDots] = [
            path.reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, JSON.stringify([value])),
            `{${JSON.stringify(path.join("."))}:${JSON.stringify([value])}}`,
          ];
          expect(parsePattern(nested)(JSON.parse(text))).toBe(true);
          expect(parsePattern(withDots)(JSON.parse(text))).toBe(true);
        }
      }),
      attempts,
    );
  });

  test("change nothing else, whatever their dots would merge", () => {
    const any = parsePattern('{"a.b":[{"exists":true}]}');
    fc.assert(
      fc.property(dotted, dotted, (event, pattern) => {
        any(JSON.parse(event));
        try {
          parsePattern(pattern)(JSON.parse(event));
        } catch (error) {
          expect((error as Error).constructor.name).toBe("PatternError");
        }
        expect(changedPrototypes()).toEqual([]);
      }),
      attempts,
    );
  });
});

describe("a log line's members by such names", () => {
  const isThere = new Map(inheritedNames.map((key) => [key, parseFilterPattern(`{ $.${key} = * }`)]));

  test("are found by a JSON pattern exactly where they are", () => {
    fc.assert(
      fc.property(plain, (text) => {
        const document = JSON.parse(text);
        for (const [key, { matches }] of isThere) {
          const value: unknown = Object.hasOwn(document, key) ? document[key] : undefined;
          if (typeof value === "string") expect(matches(new LogLine(text))).toBe(true);
          if (value === undefined) expect(matches(new LogLine(text))).toBe(false);
        }
      }),
      attempts,
    );
  });

  test("are no embedded metrics or dimensions unless they are there", () => {
    for (const key of inheritedNames) {
      const directive = { Namespace: "n", Dimensions: [[key]], Metrics: [{ Name: key }, { Name: "count" }] };
      const line = JSON.stringify({ _aws: { CloudWatchMetrics: [directive] }, count: 1 });
      expect([...embeddedMetrics(new LogLine(line))]).toMatchObject([{ name: "count", dimensions: {} }]);
    }
  });
});

test("a condition's operator and key are found only by names of the language", () => {
  const context = contextOf({ "aws:username": "a" });
  for (const key of inheritedNames) {
    expect(isOperator(key)).toBe(false);
    expect(() => context.values(key)).toThrow(/is not implemented/);
  }
});

test("a document is the same in the log of requests", () => {
  fc.assert(
    fc.property(plain, (text) => {
      const document: unknown = JSON.parse(text);
      const kept = JSON.stringify(shortenInput("kinesis", undefined, document));
      if (!kept.includes("…")) expect(kept).toBe(text);
    }),
    attempts,
  );
});

describe("an execution", async () => {
  const machines = await openMachines();

  test("keeps such members in its data and its variables", async () => {
    const names = inheritedNames.filter((key) => key !== "prototype");
    const Assign = Object.fromEntries(names.map((key) => [key, "{% $states.input %}"]));
    const states = {
      Keep: { Type: "Pass", Assign, Next: "Show" },
      Show: { Type: "Pass", Output: `{% [${names.map((key) => `$${key}`).join(", ")}] %}`, End: true },
    };
    const arn = await machines.create("names", define(states));
    for (const input of fc.sample(plain, 15)) {
      const execution = await machines.run(arn, input);
      await machines.account.clock.advance(1_000);
      const { status, output, cause } = await machines.describeExecution(execution);
      expect(status, cause).toBe("SUCCEEDED");
      expect(output).toBe(`[${names.map(() => input).join(",")}]`);
    }
  });
});
