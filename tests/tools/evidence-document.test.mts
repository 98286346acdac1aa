import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEvidence } from "../../local/record/evidence.ts";
import { readRecordings } from "../../local/record/personalize/suite.ts";

test("docs/evidence.md is up to date: run `npm run evidence`", () => {
  const file = join(import.meta.dirname, "../../docs/evidence.md");
  expect(readFileSync(file, "utf8")).toBe(createEvidence(readRecordings()));
});
