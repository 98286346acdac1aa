import { expect, test } from "vitest";
import { compareRecordings, writeDifference } from "../../record/compare.ts";
import type { RecordedCall } from "../../record/recording.ts";

const call = { service: "personalize", operation: "ListFilters", request: {}, status: 200, milliseconds: 3 };
const states = (...names: string[]) => ({ states: names.map((state, seconds) => ({ state, seconds })) });

/** The differences of one call's answers, as lines without the step. */
function compare(recorded: Partial<RecordedCall>, local: Partial<RecordedCall>): string[] {
  const [theirs, ours] = [recorded, local].map((more) => [{ step: "it", stage: 0, calls: [{ ...call, ...more }] }]);
  const found = compareRecordings(theirs ?? [], ours ?? [], (service) => service === "personalize");
  return found.map((difference) => writeDifference(difference).replace("it: ListFilters ", ""));
}

test.each<[string, Partial<RecordedCall>, Partial<RecordedCall>, string[]]>([
  ["values and times", { response: { score: 0.5, at: 7 } }, { response: { score: 0.1, at: 9 }, milliseconds: 90 }, []],
  ["the cursor of a longer listing", { response: { nextToken: "<token-1>" } }, { response: {} }, []],
  ["a state that a look may have missed", states("ACTIVE"), states("CREATE PENDING", "ACTIVE"), []],
  ["other services", { service: "s3", status: 404 }, { service: "s3" }, []],
])("ignores %s", (_, recorded, local, differences) => {
  expect(compare(recorded, local)).toEqual(differences);
});

test.each<[Partial<RecordedCall>, Partial<RecordedCall>, string[]]>([
  [{ response: { a: [{ b: 1 }] } }, { response: { a: [{ b: "1" }] } }, ["a[].b: recorded number, here string"]],
  [
    { response: { a: [{}] } },
    { response: { a: [] } },
    ["a: recorded list, here empty list", "a[]: recorded object, here absent"],
  ],
  [{ response: { a: 1 } }, { response: {} }, ["a: recorded number, here absent"]],
  [{ status: 409 }, {}, ["status: recorded 409, here 200"]],
  [{ error: { name: "A" } }, { error: { name: "B", message: "other" } }, ["error: recorded A, here B"]],
  [states("A", "B"), states("B", "A", "B"), []],
  [states("B", "A"), states("A", "B"), ["states: recorded B > A, here A > B"]],
  [
    { response: { l: [{ name: "x" }, { name: "y" }] } },
    { response: { l: [{ name: "y" }, { name: "x" }] } },
    ["names: recorded x, y, here y, x"],
  ],
])("names the member, what was recorded and what is here: %j and %j", (recorded, local, differences) => {
  expect(compare(recorded, local)).toEqual(differences);
});

test("compares facts, except those that one of the accounts cannot tell", () => {
  const withFacts = (facts: object) => [{ step: "it", stage: 0, settles: ["echo"], facts: { ...facts }, calls: [] }];
  const found = compareRecordings(
    withFacts({ a: "1", b: ["x"] }),
    withFacts({ a: "2", b: "not recorded" }),
    () => true,
  );
  expect(found.map(writeDifference)).toEqual(["it: a: recorded 1, here 2 (echo)"]);
});
