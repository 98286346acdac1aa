import fc from "fast-check";
import { expect, test } from "vitest";
import { anyOne, anyRun, compileGlob, type GlobToken, glob, starGlob } from "../../account/aws/glob.ts";

test.each<[string, string, boolean]>([
  ["*", "a\nb", true],
  ["a?c", "ac", false],
  ["*a?c*", "xxabxa1cy", true],
  ["a.c+(", "a.c+(", true],
  ["a.c", "abc", false],
])("the pattern %j on %j is %s", (pattern, text, expected) => {
  expect(glob(pattern)(text)).toBe(expected);
});

test("? is an ordinary character in a language without it", () => {
  expect(starGlob("a?*")("a?b")).toBe(true);
  expect(starGlob("a?*")("abb")).toBe(false);
});

test("literal text may contain wildcards", () => {
  expect(compileGlob(["*", anyRun, "?"])("*x?")).toBe(true);
  expect(compileGlob(["*", anyRun, "?"])("yx?")).toBe(false);
  expect(compileGlob([])("")).toBe(true);
});

/** Matches by trying all possibilities, as a definition. */
function matches([first, ...rest]: readonly GlobToken[], text: string): boolean {
  if (first === undefined) return text === "";
  if (first === anyOne) return text !== "" && matches(rest, text.slice(1));
  if (first === anyRun) return matches(rest, text) || (text !== "" && matches([first, ...rest], text.slice(1)));
  return text.startsWith(first) && matches(rest, text.slice(first.length));
}

test("matches the same texts as the definition", () => {
  const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom("a", "b"), maxLength });
  const tokens = fc.array(fc.oneof(letters(3), fc.constantFrom(anyRun, anyOne)), { maxLength: 6 });
  fc.assert(
    fc.property(tokens, letters(10), (pattern, text) => {
      expect(compileGlob(pattern)(text)).toBe(matches(pattern, text));
    }),
    { numRuns: 5_000 },
  );
});
