// Who sees which variant: the same in each language, in the shares that are configured, and by
// chance between experiments.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { chooseVariant, type VisitorRequest } from "../../contract/index.js";
import { needs } from "../../local/tests/support/needs.ts";
import { succeeds } from "../../local/tests/support/succeeds.ts";
import { isSecondRing } from "../support/second-ring.ts";
import { createFolder } from "../support/temporary-folder.mts";

interface Vector {
  readonly experiment: { readonly name: string; readonly variants: Record<string, number> };
  readonly visitor: Pick<VisitorRequest, "userId" | "sessionId">;
  readonly number: number | null;
  readonly variant: string | null;
}

const callers = fileURLToPath(new URL("../../examples/callers", import.meta.url));
const vectorFile = fileURLToPath(new URL("../../contract/vectors/choose-variant.json", import.meta.url));
const vectors: Vector[] = JSON.parse(readFileSync(vectorFile, "utf8"));
const expected = vectors.map(({ variant }) => variant);

/** A variant for each number of a visitor; their names have the order of the numbers. */
const ofEachNumber = Object.fromEntries(Array.from({ length: 100 }, (_, number) => [`v${number + 100}`, 1]));
const numberOf = (name: string, visitor: Vector["visitor"]): number | null => {
  const variant = chooseVariant({ name, variants: ofEachNumber }, visitor);
  return variant === undefined ? null : Number(variant.slice(1)) - 100;
};

describe("the documented vectors are those of", () => {
  test("the contract's module", () => {
    const computed = vectors.map(({ experiment, visitor }) => ({
      experiment,
      visitor,
      number: numberOf(experiment.name, visitor),
      variant: chooseVariant(experiment, visitor) ?? null,
    }));
    expect(computed).toEqual(vectors);
  });

  test("the module in Python", needs("python3", succeeds("python3", ["--version"])), () => {
    const program = [
      "import json, sys",
      "from variants import choose_variant",
      "choose = lambda each: choose_variant(each['experiment'], *map(each['visitor'].get, ('userId', 'sessionId')))",
      "print(json.dumps([choose(each) for each in json.load(open(sys.argv[1], encoding='utf-8'))]))",
    ];
    const env = { ...process.env, PYTHONPATH: callers, PYTHONDONTWRITEBYTECODE: "1" };
    const printed = execFileSync("python3", ["-c", program.join("\n"), vectorFile], { encoding: "utf8", env });
    expect(JSON.parse(printed)).toEqual(expected);
  });

  test("the class in Java", needs("javac", succeeds("javac", ["--version"])), () => {
    const folder = createFolder();
    const lines = vectors.map(({ experiment: { name, variants }, visitor: { userId, sessionId } }) => {
      const shares = Object.entries(variants).flatMap(([variant, share]) => [JSON.stringify(variant), share]);
      const id = JSON.stringify(userId ?? sessionId ?? null);
      return `System.out.println(Variants.choose("${name}", java.util.Map.of(${shares.join()}), ${id}));`;
    });
    const file = join(folder, "Vectors.java");
    writeFileSync(file, `class Vectors { public static void main(String[] arguments) { ${lines.join("\n")} } }`);
    execFileSync("javac", ["-encoding", "UTF-8", "-d", folder, join(callers, "java/Variants.java"), file]);
    const printed = execFileSync("java", ["-cp", folder, "Vectors"], { encoding: "utf8" });
    expect(printed.trimEnd().split("\n")).toEqual(expected.map(String));
  });
});

const visitors = Array.from({ length: isSecondRing ? 100_000 : 20_000 }, (_, index) => ({
  userId: `visitor-${index}`,
}));
/** Of 100,000 visitors half a percent, of 20,000 one. */
const tolerance = isSecondRing ? 0.005 : 0.01;

test("a variant gets its share of the visitors, with each share from 1 to 99", () => {
  const numbers = visitors.map((visitor) => numberOf("shares", visitor) ?? 0);
  for (let share = 1; share < 100; share++) {
    const { length } = numbers.filter((number) => number < share);
    expect(Math.abs(length / visitors.length - share / 100), `${share} %`).toBeLessThan(tolerance);
    const [visitor = {}] = visitors.slice(share);
    const variant = chooseVariant({ name: "shares", variants: { b: 100 - share, a: share } }, visitor);
    expect(variant).toBe((numbers[share] ?? 0) < share ? "a" : "b");
  }
});

test("two experiments divide the visitors independently of each other", () => {
  const shares = [20, 30, 50];
  const variants = { 0: 20, 1: 30, 2: 50 };
  const counts = shares.map(() => shares.map(() => 0));
  for (const visitor of visitors) {
    const [row, column] = ["first", "second"].map((name) => Number(chooseVariant({ name, variants }, visitor)));
    const counted = counts[row ?? 0] ?? [];
    counted[column ?? 0] = (counted[column ?? 0] ?? 0) + 1;
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const cells = counts.flatMap((row) =>
    row.map((count, column) => {
      const wanted = (sum(row) * sum(counts.map((each) => each[column] ?? 0))) / visitors.length;
      return (count - wanted) ** 2 / wanted;
    }),
  );
  // 99.9 % of independent tables are below, with (3 - 1) × (3 - 1) degrees of freedom (NIST,
  // "Critical Values of the Chi-Square Distribution").
  expect(sum(cells)).toBeLessThan(18.467);
});
