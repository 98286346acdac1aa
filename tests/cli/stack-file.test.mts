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
