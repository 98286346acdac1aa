import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listFiles, root } from "../support/listed-files.mts";

const sources = listFiles("*.ts", "*.tsx", "*.mts", "*.cjs", "*.js");

/** The formatter breaks lines of code, and leaves those of comments. */
test("no line of a comment has more than 130 characters", () => {
  const long = sources.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, at) => (/^ *(\*|\/\/|\/\*)/.test(line) && line.length > 130 ? [`${file}:${at + 1}`] : [])),
  );
  expect(long).toEqual([]);
});

/** "What a model needs" names nothing, and "Of a group" leaves the subject to the reader. */
const weakBeginning =
  /(?:\/\*\*|(?<!\/\/.*\n) *\/\/)\s*(?:\* )?(?:What|How|Whether|Of|By|Who|Whom|Where|Which|Why)\b.*/g;

test("a comment begins with a verb or with its subject", () => {
  const weak = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(weakBeginning)].map(([found]) => `${file}: ${found.trim()}`),
  );
  expect(weak).toEqual([]);
});
