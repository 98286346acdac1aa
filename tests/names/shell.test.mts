import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isPrintable } from "../../names/printable.ts";
import { quoteInLine } from "../../names/shell.ts";

test("a shell reads each text as it was, and a terminal sees one line of it", () => {
  const character = fc.oneof(
    fc.constantFrom("'", "\\", "\n", "\r", "\u001b", "\u0085", "\u202e", "$", "`", '"', " ", "é", "7"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  );
  const texts = fc.sample(
    fc.array(character, { maxLength: 8 }).map((all) => all.join("").replace(/\n+$/, "")),
    500,
  );
  const words = texts.map(quoteInLine);
  expect(words.filter((word) => !isPrintable(word))).toEqual([]);
  const read = execFileSync("sh", ["-c", `printf '%s\\0' ${words.join(" ")}`], { encoding: "utf8" });
  expect(read.split("\0").slice(0, -1)).toEqual(texts);
});
