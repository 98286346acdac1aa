import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readStackFile } from "../../cli/stack/stack-file.ts";
import { useFolder } from "../support/temporary-folder.mts";

const at = useFolder();

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
  expect(readStackFile("prod", at())).toEqual({
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
  expect(readStackFile("keys", at())).toEqual({ values: {}, encrypted: ["aws:secretKey"] });
});

test("a stack without a file has no values", () => {
  expect(readStackFile("none", at())).toEqual({ values: {}, encrypted: [] });
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
  expect(() => readStackFile("prod", at())).toThrow(message);
});
