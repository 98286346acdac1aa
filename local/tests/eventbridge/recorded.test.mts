import { describe, expect, test } from "vitest";
import { PatternError, parsePattern } from "../../account/languages/event-pattern/pattern.ts";

// Recorded responses of AWS: the snapshots of localstack/localstack in tests/aws/services/events.
// Each group of tests names its snapshots.

const matches = (pattern: object, event: unknown) => parsePattern(JSON.stringify(pattern))(event);

// test_event_pattern[dot_joining_pattern], test_event_pattern[dot_joining_event]
describe("names with dots are nested names", () => {
  const flat = (value: unknown) => ({ detail: { "state.status": value } });
  const deep = (value: unknown) => ({ detail: { state: { status: value } } });

  test("in the pattern, in the event and in both", () => {
    expect(matches(flat(["running"]), deep("running"))).toBe(true);
    expect(matches(deep(["running"]), flat("running"))).toBe(true);
    expect(matches(flat(["running"]), flat("running"))).toBe(true);
    expect(matches(flat(["running"]), deep("stopped"))).toBe(false);
  });

  test("next to fields of the same object", () => {
    const pattern = { "a.b": [1], a: { c: [2] } };
    expect(matches(pattern, { a: { b: 1, c: 2 } })).toBe(true);
    expect(matches(pattern, { a: { b: 1, c: 3 } })).toBe(false);
  });

  test("in the elements of a list", () => {
    expect(matches({ "pets.kind.name": ["dog"] }, { pets: [{ kind: { name: "cat" } }, { "kind.name": "dog" }] })).toBe(
      true,
    );
  });
});

test.each<[string, unknown]>([
  ["content_anything_prefix_empty_EXC", { "anything-but": { prefix: "" } }],
  ["content_anything_suffix_empty_EXC", { "anything-but": { suffix: ["a", ""] } }],
  ["content_anything_prefix_ignorecase_EXC", { "anything-but": { prefix: { "equals-ignore-case": "file" } } }],
  ["content_anything_but_string_list_null_type_EXC", { "anything-but": ["stopped", null] }],
  ["content_wildcard_complex_EXC", { wildcard: "*:*:*:*:*:event-bus/*" }],
  ["content_wildcard_repeating_star_EXC", { wildcard: "arn:**:x" }],
  ["content_wildcard_int_EXC", { wildcard: 123 }],
  ["content_numeric_operatorcasing_EXC", { NUMERIC: ["=", 5] }],
  ["content_numeric_EXC", { numeric: [">", 0, ">", 0] }],
  ["content_numeric_syntax_EXC", { numeric: [">", 0, "<"] }],
  ["content_numeric_number_EXC", { numeric: 10 }],
  ["content_ip_address_EXC", { cidr: "filter" }],
  ["content_ip_address_bad_mask_EXC", { cidr: "10.0.0.0/x" }],
  ["content_ip_address_bad_ip_EXC", { cidr: "xx.11.xx/8" }],
])("%s: the comparison %j is refused", (_, comparison) => {
  expect(() => matches({ field: [comparison] }, {})).toThrow(PatternError);
});
