import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openStackFiles } from "../../stacks/config/stack-file.ts";
import { useFolder } from "../support/temporary-folder.mts";

const at = useFolder();
const read = (stack: string) => openStackFiles(at(), stack).own.read();

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
  ["a tab", "config:\n  a:b: 1\n\taws:region: y\n", "Pulumi.prod.yaml, line 3: "],
])("%s is named with its line", (_, text, message) => {
  writeFileSync(at("Pulumi.prod.yaml"), text);
  expect(() => read("prod")).toThrow(message);
});
