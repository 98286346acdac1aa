import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readStackFile } from "../../cli/stack/stack-file.ts";

const folder = mkdtempSync(join(tmpdir(), "stack-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a stack's file is read as the CLI passes them on", () => {
  writeFileSync(
    join(folder, "Pulumi.prod.yaml"),
    `config:
  aws:region: eu-central-1
  aws:assumeRoles:
    - roleArn: arn:aws:iam::111122223333:role/deploy
  recommender:batchSize: 50
`,
  );
  expect(readStackFile("prod", folder)).toEqual({
    values: {
      "aws:region": "eu-central-1",
      "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::111122223333:role/deploy"}]',
      "recommender:batchSize": "50",
    },
    encrypted: [],
  });
});

test("a value that only the CLI can decrypt is listed", () => {
  writeFileSync(join(folder, "Pulumi.keys.yaml"), "config:\n  aws:secretKey:\n    secure: AAAB\n");
  expect(readStackFile("keys", folder)).toEqual({ values: {}, encrypted: ["aws:secretKey"] });
});

test("a stack without a file has no values", () => {
  expect(readStackFile("none", folder)).toEqual({ values: {}, encrypted: [] });
});
