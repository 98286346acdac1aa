import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePattern } from "../../account/languages/event-pattern/pattern.ts";

const matches = (pattern: object, event: unknown) => parsePattern(JSON.stringify(pattern))(event);

test.each<[string, unknown[], unknown[], unknown[]]>([
  ["exact text", ["a", "b"], ["a", "b", ["x", "b"]], ["c", "A", 1, undefined, ["x"]]],
  ["exact number", [5], [5, [4, 5]], ["5", 6]],
  ["null and booleans", [null, true], [null, true], [false, undefined, ""]],
  ["prefix", [{ prefix: "dev-" }], ["dev-x", "dev-"], ["Dev-x", "x-dev-", 1, undefined]],
  ["prefix in any case", [{ prefix: { "equals-ignore-case": "dev-" } }], ["DEV-x"], ["x"]],
  ["suffix", [{ suffix: ".csv" }], ["a.csv"], ["a.csvx", "a.CSV"]],
  ["suffix in any case", [{ suffix: { "equals-ignore-case": ".csv" } }], ["a.CSV"], ["a"]],
  ["any case", [{ "equals-ignore-case": "Failed" }], ["FAILED", "failed"], ["fail", 1]],
  ["anything but one", [{ "anything-but": "a" }], ["b", 1, ["a", "b"]], ["a", undefined, ["a"]]],
  ["anything but some", [{ "anything-but": ["a", "b"] }], ["c"], ["a", "b", undefined]],
  ["anything but a number", [{ "anything-but": 5 }], [6, "5"], [5]],
  ["anything but a prefix", [{ "anything-but": { prefix: ["a", "b"] } }], ["c"], ["ab", "b"]],
  ["anything but a suffix", [{ "anything-but": { suffix: "a" } }], ["ab"], ["ba"]],
  ["anything but a wildcard", [{ "anything-but": { wildcard: "*/x/*" } }], ["a/y/b"], ["a/x/b"]],
  ["anything but any case", [{ "anything-but": { "equals-ignore-case": ["A"] } }], ["b"], ["a", "A"]],
  ["numeric equal", [{ numeric: ["=", 3.1] }], [3.1], ["3.1", 3]],
  ["numeric range", [{ numeric: [">", 0, "<=", 5] }], [0.1, 5], [0, 5.1, "3", undefined]],
  ["exists", [{ exists: true }], ["", 0, null, ["a"]], [undefined, { a: 1 }, []]],
  ["does not exist", [{ exists: false }], [undefined, []], ["", null]],
  ["wildcard", [{ wildcard: "dir/*/file.*" }], ["dir/a/file.txt", "dir//file."], ["dir/file.txt", "xdir/a/file.b"]],
  ["escaped wildcard", [{ wildcard: "a\\*b*" }], ["a*b", "a*bc"], ["axb"]],
  ["wildcard with a regular expression's signs", [{ wildcard: "(a+.$)*" }], ["(a+.$)", "(a+.$)x"], ["aa"]],
  ["cidr", [{ cidr: "10.0.0.0/24" }], ["10.0.0.255"], ["10.0.1.0", "::1", "ten"]],
  ["cidr of version 6", [{ cidr: "2001:db8::/32" }], ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]],
])("compares: %s", (_, rule, yes, no) => {
  const of = (value: unknown) => matches({ field: rule }, value === undefined ? {} : { field: value });
  expect(yes.filter((value) => !of(value))).toEqual([]);
  expect(no.filter((value) => of(value))).toEqual([]);
});

describe("structure", () => {
  test("all fields must match", () => {
    const pattern = { source: ["aws.states"], detail: { status: ["FAILED", "TIMED_OUT"] } };
    expect(matches(pattern, { source: "aws.states", detail: { status: "TIMED_OUT" }, more: 1 })).toBe(true);
    expect(matches(pattern, { source: "aws.states", detail: { status: "SUCCEEDED" } })).toBe(false);
    expect(matches(pattern, { source: "aws.states" })).toBe(false);
  });

  test("all fields must match in the same object of an array", () => {
    const pattern = { pets: { kind: ["cat"], age: [1] } };
    expect(matches(pattern, { pets: [{ kind: "dog" }, { kind: "cat", age: 1 }] })).toBe(true);
    expect(matches(pattern, { pets: [{ kind: "dog", age: 1 }, { kind: "cat" }] })).toBe(false);
  });

  test("the fields of a missing parent are missing", () => {
    expect(matches({ detail: { error: [{ exists: false }] } }, {})).toBe(true);
    expect(matches({ detail: { error: ["x"] } }, {})).toBe(false);
  });

  test("$or requires one of its objects and the other fields", () => {
    const pattern = { source: ["s"], $or: [{ a: [1] }, { b: { c: [2] } }] };
    expect(matches(pattern, { source: "s", a: 1 })).toBe(true);
    expect(matches(pattern, { source: "s", b: { c: 2 } })).toBe(true);
    expect(matches(pattern, { source: "s", a: 2 })).toBe(false);
    expect(matches(pattern, { source: "t", a: 1 })).toBe(false);
  });

  test.each([
    ["invalid JSON", "{"],
    ["no object", "[]"],
    ["an empty object", "{}"],
    ["a value that is not an array", '{"source":"aws.states"}'],
    ["an empty array", '{"source":[]}'],
    ["an unknown comparison", '{"a":[{"like":"x"}]}'],
    ["two comparisons at once", '{"a":[{"prefix":"x","suffix":"y"}]}'],
    ["a prefix that is not a text", '{"a":[{"prefix":1}]}'],
    ["a reversed range", '{"a":[{"numeric":[">",5,"<",1]}]}'],
    ["an $or of one", '{"$or":[{"a":[1]}]}'],
    ["an invalid network", '{"a":[{"cidr":"10.0.0.0/99"}]}'],
    ["exists with a text", '{"a":[{"exists":"true"}]}'],
  ])("%s is refused", (_, pattern) => {
    expect(() => parsePattern(pattern)).toThrow();
  });
});

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const name = fc.string({ minLength: 1 }).filter((text) => text !== "$or" && text !== "__proto__");
const event = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf, { minKeys: 1 })), { minKeys: 1 });

/** The pattern that matches exactly this event. */
const patternOf = (value: Record<string, unknown>): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "object" && inner !== null ? patternOf(inner as Record<string, unknown>) : [inner],
    ]),
  );

test("an event matches the pattern of its fields, and additional fields do not matter", () => {
  fc.assert(
    fc.property(event, fc.string({ minLength: 1 }), (value, extra) => {
      expect(matches(patternOf(value), value)).toBe(true);
      expect(matches(patternOf(value), { [extra]: 1, ...value })).toBe(true);
    }),
  );
});
