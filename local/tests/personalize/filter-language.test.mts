import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkFilter, describeParameters } from "../../account/services/personalize/filter-language/check.ts";
import { type Facts, filterOf } from "../../account/services/personalize/filter-language/evaluate.ts";
import { readFilterValues } from "../../account/services/personalize/filter-language/filter-values.ts";
import { parseFilter } from "../../account/services/personalize/filter-language/parse.ts";
import type { Field } from "../../account/services/personalize/formats/avro-schema.ts";
import type { Cell } from "../../account/services/personalize/state/table.ts";

const field = (name: string, type: Field["type"] = "string", more: Partial<Field> = {}): Field => ({
  name,
  type,
  nullable: true,
  categorical: type === "string",
  textual: false,
  ...more,
});
const columns = {
  interactions: [field("USER_ID"), field("ITEM_ID"), field("TIMESTAMP", "long"), field("EVENT_TYPE")],
  items: [
    field("SPECIES"),
    field("STATUS"),
    field("AGE", "int"),
    field("STORY", "string", { textual: true }),
    field("CHIPPED", "boolean"),
  ],
  users: [field("HOME"), field("ROOMS", "int")],
};

const pets: Record<string, Record<string, Cell>> = {
  tom: { SPECIES: "cat", STATUS: "available", AGE: 3 },
  tim: { SPECIES: "cat|kitten", STATUS: "adopted", AGE: 0 },
  rex: { SPECIES: "dog", STATUS: "available", AGE: 7 },
  mute: {},
};
const facts: Facts = {
  item: (itemId, name) => pets[itemId]?.[name],
  currentItem: (name) => pets.rex?.[name],
  user: (name) => ({ HOME: "flat", ROOMS: 2 })[name],
  eventTypesOf: (itemId) => new Set({ tom: ["view"], rex: ["view", "adopt"] }[itemId]),
};

/** The pets that a filter lets pass. */
function passing(text: string, filterValues: Record<string, string> = {}): string[] {
  const expressions = parseFilter(text);
  checkFilter(text, expressions, columns);
  const values = readFilterValues(filterValues, expressions, describeParameters(expressions, columns));
  return Object.keys(pets).filter(filterOf(expressions, values, facts));
}

describe("what passes", () => {
  test.each([
    ['INCLUDE ItemID WHERE Items.SPECIES IN ("cat")', ["tom", "tim"]],
    ['EXCLUDE ItemID WHERE Items.SPECIES IN ("cat")', ["rex", "mute"]],
    ['INCLUDE ItemID WHERE Items.SPECIES IN ("kitten", "dog")', ["tim", "rex"]],
    ['INCLUDE ItemID WHERE Items.SPECIES IN ("CAT")', []],
    ['INCLUDE ItemID WHERE Items.SPECIES NOT IN ("cat")', ["rex", "mute"]],
    ['INCLUDE ItemID WHERE Items.STATUS = "adopted"', ["tim"]],
    ['INCLUDE ItemID WHERE Items.STATUS != "adopted"', ["tom", "rex", "mute"]],
    ["INCLUDE ItemID WHERE Items.AGE > 3", ["rex"]],
    ["INCLUDE ItemID WHERE Items.AGE >= 3", ["tom", "rex"]],
    ["INCLUDE ItemID WHERE Items.AGE <= 3", ["tom", "tim"]],
    ["INCLUDE ItemID WHERE Items.AGE < 3.5", ["tom", "tim"]],
    ["INCLUDE ItemID WHERE Items.AGE IN (0, 7.0)", ["tim", "rex"]],
    ['INCLUDE ItemID WHERE Items.SPECIES IN ("cat") AND Items.AGE > 1', ["tom"]],
    ['INCLUDE ItemID WHERE Items.SPECIES IN ("dog") OR Items.SPECIES IN ("cat") AND Items.AGE > 1', ["tom", "rex"]],
    ['INCLUDE ItemID WHERE (Items.SPECIES IN ("dog") OR Items.SPECIES IN ("cat")) AND Items.AGE > 3', ["rex"]],
    ['EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")', ["tim", "mute"]],
    ["EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (*)", ["tim", "mute"]],
    ['INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("ADOPT")', ["rex"]],
    ['INCLUDE ItemID WHERE Interactions.EVENT_TYPE NOT IN ("view")', ["tim", "mute"]],
    ['INCLUDE ItemID WHERE Interactions.EVENT_TYPE = "View"', ["tom", "rex"]],
    // Created by AWS in its notebook `POC_in_a_box/completed/04_Deploying_Campaigns_and_Filters`.
    ['INCLUDE ItemID WHERE Interactions.event_type IN ("view")', ["tom", "rex"]],
    ['EXCLUDE ItemID WHERE interactions.Event_Type IN ("*")', ["tim", "mute"]],
  ])("%s", (text, expected) => {
    expect(passing(text)).toEqual(expected);
  });

  test("expressions joined by a pipe: any INCLUDE, without every EXCLUDE", () => {
    const joined =
      'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("adopt") | INCLUDE ItemID WHERE Items.SPECIES IN ("dog") | INCLUDE ItemID WHERE Items.AGE > 2';
    expect(passing(joined)).toEqual(["tom"]);
  });

  test.each([
    // The requested item is rex.
    ["INCLUDE ItemID WHERE Items.AGE < CurrentItem.AGE", ["tom", "tim"]],
    ["INCLUDE ItemID WHERE Items.SPECIES IN CurrentItem.SPECIES", ["rex"]],
    ["INCLUDE ItemID WHERE Items.SPECIES NOT IN CurrentItem.SPECIES AND Items.AGE >= 0", ["tom", "tim"]],
    ["EXCLUDE ItemID WHERE Items.STATUS = CurrentItem.STATUS", ["tim", "mute"]],
    ["INCLUDE ItemID WHERE Items.AGE < CurrentItem.AGE AND Items.STATUS IN CurrentItem.STATUS", ["tom"]],
  ])("%s", (text, expected) => {
    expect(passing(text)).toEqual(expected);
  });

  test("an expression whose IF is false does not apply", () => {
    expect(passing('EXCLUDE ItemID WHERE Items.SPECIES IN ("dog") IF CurrentUser.HOME = "flat"')).not.toContain("rex");
    expect(passing('EXCLUDE ItemID WHERE Items.SPECIES IN ("dog") IF CurrentUser.HOME = "farm"')).toContain("rex");
    expect(
      passing('EXCLUDE ItemID WHERE Items.SPECIES IN ("dog") IF CurrentUser.HOME = "flat" AND CurrentUser.ROOMS > 3'),
    ).toContain("rex");
  });

  test("keywords are accepted in upper and lower case", () => {
    expect(passing("include itemid where items.AGE > 3")).toEqual(["rex"]);
  });
});

describe("parameters", () => {
  test("have one value or several, with commas inside quotes", () => {
    const text = "INCLUDE ItemID WHERE Items.SPECIES IN ($KIND)";
    expect(passing(text, { KIND: '"dog"' })).toEqual(["rex"]);
    expect(passing(text, { KIND: '"dog", "kitten"' })).toEqual(["tim", "rex"]);
    expect(passing(text, { KIND: '"dog,kitten"' })).toEqual([]);
  });

  test("are allowed in comparisons of numbers", () => {
    expect(passing("INCLUDE ItemID WHERE Items.AGE > $MIN", { MIN: "2" })).toEqual(["tom", "rex"]);
    expect(passing("INCLUDE ItemID WHERE Items.AGE > ($MIN)", { MIN: "2" })).toEqual(["tom", "rex"]);
  });

  test("are all required by INCLUDE, and left out of EXCLUDE they switch it off", () => {
    expect(() => passing("INCLUDE ItemID WHERE Items.SPECIES IN ($KIND)")).toThrow("filterValues is missing KIND");
    expect(passing("EXCLUDE ItemID WHERE Items.SPECIES IN ($KIND)")).toEqual(Object.keys(pets));
  });

  test("that the filter does not have are refused, with those that it has", () => {
    expect(() => passing("INCLUDE ItemID WHERE Items.AGE > 3", { KIND: '"dog"' })).toThrow(
      "filterValues.KIND is not a parameter of the filter. It has none.",
    );
    expect(() => passing("EXCLUDE ItemID WHERE Items.SPECIES IN ($KIND)", { kind: '"dog"' })).toThrow(
      "filterValues.kind is not a parameter of the filter. It has KIND, in this spelling.",
    );
  });

  const byKind = parseFilter("INCLUDE ItemID WHERE Items.SPECIES IN ($KIND)");
  const readKinds = (KIND: string) =>
    readFilterValues({ KIND }, byKind, describeParameters(byKind, columns)).get("KIND");

  // Guide, "Filtering real-time recommendations": `"\"comedy\",\"drama\",\"horror\""`.
  test.each([
    ["dog", "is a text: write it in double quotes"],
    ['"dog",cat', "is a text: write it in double quotes"],
    ["2", "is a text: write it in double quotes"],
    ["'dog'", "is a text: write it in double quotes"],
    ['"dog', "cannot be read at character 1"],
    ['"dog" "cat"', "cannot be read at character 1"],
    ['"dog",', "cannot be read at character 1"],
    ['"dog",,"cat"', "cannot be read at character 7"],
    [',"dog"', "cannot be read at character 1"],
    ["", "is empty"],
    [" ", "cannot be read at character 1"],
  ])("of a column of texts are quoted: %j is refused", (text, reason) => {
    expect(() => readKinds(text)).toThrow(`filterValues.KIND ${reason}`);
  });

  test.each([
    ["dog", "is compared with numbers, and dog is none"],
    ['""', "is compared with numbers, and  is none"],
    ["1,2", "has 2 values; a comparison takes one"],
  ])("of a column of numbers are numbers, one in a comparison: %j is refused", (MIN, reason) => {
    expect(() => passing("INCLUDE ItemID WHERE Items.AGE > $MIN", { MIN })).toThrow(`filterValues.MIN ${reason}`);
  });

  test("of a column of numbers may be quoted, and several in a list", () => {
    expect(passing("INCLUDE ItemID WHERE Items.AGE > $MIN", { MIN: '"2"' })).toEqual(["tom", "rex"]);
    expect(passing("INCLUDE ItemID WHERE Items.AGE IN ($AGES)", { AGES: "0, 7.0" })).toEqual(["tim", "rex"]);
  });

  test("are read in one pass, also when a quote does not end", () => {
    // One that backtracks over all spaces does not come to an end.
    expect(() => readKinds(`${" ".repeat(100_000)}"`)).toThrow("filterValues.KIND cannot be read");
    expect(readKinds(' "a b" , "c d" ,"e"')).toEqual(["a b", "c d", "e"]);
  });

  test("round-trip any texts that are quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (texts) => {
        const quoted = texts.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`).join(",");
        expect(readKinds(quoted)).toEqual(texts);
      }),
    );
  });
});

test.each([
  ["", "at the end: INCLUDE or EXCLUDE is expected"],
  ["INCLUDE Item WHERE Items.AGE > 3", 'at character 9, before "Item WHERE Items.AGE > 3": ItemID is expected'],
  [
    'INCLUDE ItemID WHERE Items.SPECIES IN ("cat)',
    'at character 40, before "\\"cat)": there is a text that is not closed',
  ],
  ["INCLUDE UserID WHERE Items.AGE > 3", "UserID filters belong to user segments"],
  ["INCLUDE ItemID WHERE Items.COLOUR > 3", "the Items schema has no field COLOUR"],
  // "Amazon Personalize ignores case only when matching event types" (guide, "Filter expressions").
  ["INCLUDE ItemID WHERE Items.age > 3", "the Items schema has no field age"],
  ['INCLUDE ItemID WHERE Items.STORY = "x"', "STORY is textual"],
  ['INCLUDE ItemID WHERE Items.CHIPPED = "true"', "CHIPPED is boolean"],
  ["INCLUDE ItemID WHERE Items.SPECIES > 3", "SPECIES is a text: write the value in quotes"],
  ['INCLUDE ItemID WHERE Items.AGE > "3"', "AGE is a number: write the value without quotes"],
  ["EXCLUDE ItemID WHERE Items.SPECIES NOT IN ($KIND)", "a $parameter cannot be used with NOT IN"],
  ['EXCLUDE ItemID WHERE Items.SPECIES IN ("*")', "* means every event type"],
  ["EXCLUDE ItemID WHERE Interactions.TIMESTAMP > 3", "of Interactions only EVENT_TYPE can be used"],
  [
    'EXCLUDE ItemID WHERE Items.AGE > 3 AND Interactions.EVENT_TYPE IN ("view")',
    'at character 40, before "Interactions.EVENT_TYPE IN (\\"v": one expression uses one dataset',
  ],
  ["INCLUDE ItemID WHERE CurrentItem.AGE > 3", "CurrentItem stands after an operator or IN only"],
  ["INCLUDE ItemID WHERE Items.AGE < CurrentItem.SPECIES", "AGE and SPECIES are not both texts or both numbers"],
  ["EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN CurrentItem.SPECIES", "compared with fields of Items only"],
  ['EXCLUDE ItemID WHERE CurrentUser.HOME = "flat"', "CurrentUser is allowed only after IF"],
])("an error points at the place: %s", (text, message) => {
  expect(() => passing(text)).toThrow(message);
});
