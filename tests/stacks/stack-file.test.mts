import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openStackFiles } from "../../stacks/config/stack-file.ts";
import { useFolder } from "../support/temporary-folder.mts";

const at = useFolder();
const read = (stack: string) => openStackFiles(at(), stack).read();

test("a stack's file is read as the CLI passes them on", () => {
  writeFileSync(
    at("Pulumi.prod.yaml"),
    `config:
  aws:region: eu-central-1
  aws:assumeRoles:
    - roleArn: arn:aws:iam::111122223333:role/deploy
  recommender:batchSize: 50
`,
  );
  expect(read("prod")).toEqual({
    values: {
      "aws:region": "eu-central-1",
      "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::111122223333:role/deploy"}]',
      "recommender:batchSize": "50",
    },
    encrypted: [],
  });
});

test("a value that only the CLI can decrypt is listed", () => {
  writeFileSync(at("Pulumi.keys.yaml"), "config:\n  aws:secretKey:\n    secure: AAAB\n");
  expect(read("keys")).toEqual({ values: {}, encrypted: ["aws:secretKey"] });
});

test("so is one of which a part is encrypted, but no clear value with such a member", () => {
  writeFileSync(
    at("Pulumi.keys.yaml"),
    `config:
  aws:assumeRoles:
    - roleArn: arn:aws:iam::111122223333:role/deploy
      externalId:
        secure: AAAB
  recommender:tags:
    secure: yes
    team: pets
`,
  );
  expect(read("keys")).toEqual({
    values: { "recommender:tags": '{"secure":"yes","team":"pets"}' },
    encrypted: ["aws:assumeRoles"],
  });
});

test("the file is in the folder that the project names", () => {
  writeFileSync(at("Pulumi.yaml"), "name: recommender\nstackConfigDir: stacks\n");
  mkdirSync(at("stacks"));
  writeFileSync(at("stacks/Pulumi.prod.yaml"), "config:\n  aws:region: eu-central-1\n");
  expect(read("prod").values).toEqual({ "aws:region": "eu-central-1" });
});

test("a stack without a file has no values", () => {
  expect(read("none")).toEqual({ values: {}, encrypted: [] });
});

test.each([
  [
    "a key that was pasted a second time",
    "config:\n  recommender:filters:\n    cats: x\n  aws:region: y\n  recommender:filters:\n    dogs: x\n",
    "Pulumi.prod.yaml, line 5: recommender:filters is there twice. Put the values of both below one.",
  ],
  [
    "a list in place of keys",
    "config:\n  - a:b: 1\n",
    "Pulumi.prod.yaml, line 2: config is no map of keys and values.",
  ],
  [
    "a date without quotes",
    "config:\n  recommender:tags:\n    since: 2024-01-01\n",
    "Pulumi.prod.yaml, line 3: 2024-01-01 without quotes is a date. Put it in quotes.",
  ],
  ["a number without end", "config:\n  a:b: .inf\n", "line 2: .inf is no number that the Pulumi CLI takes."],
  [
    "a number that no program reads exactly",
    "config:\n  a:b: 12345678901234567\n",
    "line 2: 12345678901234567 is too large to be exact.",
  ],
  ["a tag", "config:\n  a:b: !!int '5'\n", "Pulumi.prod.yaml, line 2: has the tag"],
  ["a key without a value", "config:\n  a:b:\n", "Pulumi.prod.yaml, line 2: a:b has no value."],
  ["an unknown anchor", "config:\n  a:b: *c\n", "Pulumi.prod.yaml, line 2: "],
  ["an anchor in itself", "config:\n  a:b: &c [*c]\n", "Pulumi.prod.yaml, line 2: "],
  ["a tab", "config:\n  a:b: 1\n\taws:region: y\n", "Pulumi.prod.yaml, line 3: "],
])("%s is named with its line", (_, text, message) => {
  writeFileSync(at("Pulumi.prod.yaml"), text);
  expect(() => read("prod")).toThrow(message);
});

test("numbers are read as the CLI does, and merges and anchors from anywhere in the file", () => {
  writeFileSync(
    at("Pulumi.prod.yaml"),
    `usual: &usual { size: 1_000, mode: 0o17 }
config:
  a:tenth: .1
  a:octal: 017
  a:long: 1e3
  a:id: "007"
  a:all: { size: 0x1F, <<: *usual }
  size: +1
`,
  );
  expect(read("prod").values).toEqual({
    "a:tenth": "0.1",
    "a:octal": "15",
    "a:long": "1000",
    "a:id": "007",
    "a:all": '{"mode":15,"size":31}',
    "recommender:size": "1",
  });
});

test("values of the project's file count where the stack's does not have them", () => {
  writeFileSync(
    at("Pulumi.yaml"),
    "name: shop\nconfig:\n  aws:region: eu-west-1\n  recommender:tags:\n    value: { team: pets }\n  size:\n    type: integer\n    default: 3\n  colour: red\n",
  );
  writeFileSync(at("Pulumi.prod.yaml"), "config:\n  recommender:tags: { zone: a }\n  shop:colour: blue\n");
  expect(read("prod").values).toEqual({
    "aws:region": "eu-west-1",
    "recommender:tags": '{"zone":"a"}',
    "shop:size": "3",
    "shop:colour": "blue",
  });
});

test.each([
  ["an object that is not below `value`", "  recommender:tags: { team: pets }\n", "has a member team"],
  ["a default of another namespace", "  aws:region: { default: eu-west-1 }\n", "has a member default"],
  ["a fraction that is not below `value`", "  shop:size: .5\n", "has a value that the Pulumi CLI does not take"],
])("%s in the project's file is refused, as by the CLI", (_, text, message) => {
  writeFileSync(at("Pulumi.yaml"), `name: shop\nconfig:\n${text}`);
  expect(() => read("prod")).toThrow(/Pulumi\.yaml, line 3: /);
  expect(() => read("prod")).toThrow(message);
});

const nest = (levels: number, open: string, close: string) => `${open.repeat(levels)}${close.repeat(levels)}`;

test.each([
  ["lists", nest(20_000, "[", "]")],
  ["maps", nest(20_000, "{a: ", "}")],
  ["keys", nest(20_000, "{? ", "}")],
  ["lists in one line", `\n    ${"- ".repeat(20_000)}x`],
  ["lists that are not closed", "[".repeat(20_000)],
])("a value of 20,000 levels is refused with its line: %s", (_what, value) => {
  writeFileSync(at("Pulumi.deep.yaml"), `config:\n  recommender:tags: ${value}\n`);
  expect(() => read("deep")).toThrow(
    /Pulumi\.deep\.yaml, line [23]: has more than 100 levels, one inside of the other\.$/,
  );
});

test("so is one whose aliases make so many levels", () => {
  const lists = Array.from(
    { length: 50 },
    (_, i) => `  a:l${i}: &l${i} ${nest(90, "[", "]").replace("[]", `[*l${i - 1}]`)}`,
  );
  writeFileSync(at("Pulumi.deep.yaml"), ["config:", "  a:l-1: &l-1 x", ...lists, ""].join("\n"));
  expect(() => read("deep")).toThrow(/line 3: has more than 100 levels/);
});

test("a value of 90 levels is read", () => {
  const value = nest(90, "[", "]");
  writeFileSync(at("Pulumi.deep.yaml"), `config:\n  recommender:tags: ${value}\n`);
  expect(read("deep").values).toEqual({ "recommender:tags": value });
});
