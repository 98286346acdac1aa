import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toPrintable } from "../../names/printable.ts";
import { quoteForShell } from "../../names/shell.ts";
import { readGivenCsv, readGivenText } from "../../seed/import-files/given-file.ts";
import { largestText } from "../../seed/import-files/regular-file.ts";
import { hostileText } from "../support/hostile-text.mts";
import { createFolder } from "../support/temporary-folder.mts";

const folder = createFolder();
const given = (path: string) => ({ setting: "recommender:itemsFile", path, remedy: "set another one" });

describe("a file that is not read", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  test.each([
    ["a folder", folder, "it is a folder"],
    ["a device without an end", "/dev/zero", "it is a device or a pipe"],
    ["a pipe without a writer", pipe, "it is a device or a pipe"],
  ])("is %s", (_what, path, reason) => {
    expect(() => readGivenText(given(path))).toThrow(
      `recommender:itemsFile: ${path} cannot be read (${reason}; only regular files are read).\n  set another one`,
    );
  });

  test("is one that is larger than what is read as a whole, with both sizes", () => {
    const path = join(folder, "large.csv");
    const file = openSync(path, "w");
    ftruncateSync(file, largestText + 1);
    closeSync(file);
    expect(() => readGivenText(given(path))).toThrow(
      "cannot be read (it has 257 MB; at most 256 MB are read as a whole)",
    );
  });
});

test("a CSV file that is not UTF-8 is refused", () => {
  const path = join(folder, "latin-1.csv");
  writeFileSync(path, Buffer.from("ITEM_ID,TITLE\n1,S\xf6\xdfe\n", "latin1"));
  expect(() => readGivenCsv(given(path))).toThrow(
    `recommender:itemsFile: ${path} is not UTF-8, and its letters would be lost.`,
  );
});

test("an error shows what would control a terminal as text", () => {
  const path = join(folder, "a\u001b]0;title\u0007.csv");
  writeFileSync(path, 'a"b"\u001b[2J"c,\u202e\n"x');
  expect(() => readGivenCsv(given(path))).toThrow(/^[^\p{Cc}\u202e]*$/u);
  expect(() => readGivenCsv(given(path))).toThrow("a\\x1b]0;title\\x07.csv is not CSV");
});

test("no text keeps a control character, a change of direction or an end of a line", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(toPrintable(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    }),
  );
  expect(toPrintable("Zoë 🐕\u001b\u009b\u202e\n")).toBe("Zoë 🐕\\x1b\\u009b\\u202e\\x0a");
});

describe("a word of a shell", () => {
  test.each(["it's", "$(id)", "a b", "", "`id`", "*", "#x", "a\nb", "--", "'; rm -rf ~; '"])("%j is itself", (text) => {
    expect(execFileSync("sh", ["-c", `printf %s ${quoteForShell(text)}`], { encoding: "utf8" })).toBe(text);
  });

  test("is plain where it can be", () => {
    expect(quoteForShell("data/my-items.csv")).toBe("data/my-items.csv");
  });
});
