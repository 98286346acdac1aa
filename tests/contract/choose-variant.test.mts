// Who sees which variant: the same in each language, in the shares that are configured, and by chance between experiments.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { chooseVariant, type VisitorRequest } from "../../contract/index.js";
import { succeeds } from "../../local/tests/support/succeeds.ts";
import { createFolder } from "../support/temporary-folder.mts";

interface Vector {
  readonly experiment: { readonly name: string; readonly variants: Record<string, number> };
  readonly visitor: Pick<VisitorRequest, "userId" | "sessionId">;
  /** The visitor's number, from 0 to 99. */
  readonly number: number | null;
  readonly variant: string | null;
}

const docs = fileURLToPath(new URL("../../docs/contract", import.meta.url));
const vectorFile = join(docs, "vectors/choose-variant.json");
const vectors: Vector[] = JSON.parse(readFileSync(vectorFile, "utf8"));
const expected = vectors.map(({ variant }) => variant);

describe("the documented vectors are those of", () => {
  test.each(vectors)(
    "the contract's module: $experiment.name, $visitor, $number",
    ({ experiment, visitor, variant }) => {
      expect(chooseVariant(experiment, visitor) ?? null).toBe(variant);
    },
  );

  test.each(vectors.filter(({ number }) => number !== null))(
    "each share: $number",
    ({ experiment, visitor, number }) => {
      // One percent for each of 100 variants, whose names have the order of their numbers.
      const variants = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [String(1_000 + index), 1]));
      expect(chooseVariant({ ...experiment, variants }, visitor)).toBe(String(1_000 + Number(number)));
    },
  );

  const hasPython = succeeds("python3", ["--version"]);
  test.skipIf(!hasPython)(`the module in Python${hasPython ? "" : " (left out: no python3)"}`, () => {
    const program = `
import json, sys
from variants import choose_variant
ids = lambda visitor: (visitor.get("userId"), visitor.get("sessionId"))
print(json.dumps([choose_variant(each["experiment"], *ids(each["visitor"])) for each in json.load(open(sys.argv[1], encoding="utf-8"))]))`;
    const env = { ...process.env, PYTHONPATH: join(docs, "callers"), PYTHONDONTWRITEBYTECODE: "1" };
    const printed = execFileSync("python3", ["-c", program, vectorFile], { encoding: "utf8", env });
    expect(JSON.parse(printed)).toEqual(expected);
  });

  const hasJava = succeeds("javac", ["--version"]);
  test.skipIf(!hasJava)(`the class in Java${hasJava ? "" : " (left out: no javac)"}`, () => {
    const folder = createFolder();
    // JSON text of ASCII letters is text of Java, too.
    const quote = (text: string) =>
      JSON.stringify(text).replaceAll(
        /[^ -~]/g,
        (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    const lines = vectors.map(({ experiment, visitor }) => {
      const shares = Object.entries(experiment.variants).map(([name, share]) => `${quote(name)}, ${share}`);
      const id = visitor.userId ?? visitor.sessionId;
      const visitorText = id === undefined ? "null" : quote(id);
      return `System.out.println(Variants.choose(${quote(experiment.name)}, java.util.Map.of(${shares.join(", ")}), ${visitorText}));`;
    });
    const file = join(folder, "Vectors.java");
    writeFileSync(file, `class Vectors { public static void main(String[] args) { ${lines.join("\n")} } }`);
    execFileSync("javac", ["-encoding", "UTF-8", "-d", folder, join(docs, "callers/java/Variants.java"), file]);
    const printed = execFileSync("java", ["-cp", folder, "Vectors"], { encoding: "utf8" });
    expect(printed.trimEnd().split("\n")).toEqual(expected.map(String));
  });
});

const visitors = Array.from({ length: 100_000 }, (_, index) => ({ userId: `visitor-${index}` }));

/** Counts the visitors of each variant. */
function countVariants(name: string, variants: Record<string, number>): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const visitor of visitors) {
    const variant = chooseVariant({ name, variants }, visitor);
    counts.set(variant, (counts.get(variant) ?? 0) + 1);
  }
  return counts;
}

test("of 100,000 visitors each variant gets its share to half a percent, with each share from 1 to 99", () => {
  const numbers = countVariants(
    "shares",
    Object.fromEntries(visitors.slice(0, 100).map((_, i) => [String(1_000 + i), 1])),
  );
  let sum = 0;
  for (let share = 1; share < 100; share++) {
    // The first variant has the numbers below its share.
    sum += numbers.get(String(999 + share)) ?? 0;
    expect(Math.abs(sum / visitors.length - share / 100), `${share} %`).toBeLessThan(0.005);
  }
  for (const share of [1, 50, 99]) {
    const counts = countVariants("shares", { a: share, b: 100 - share });
    expect(counts.get("a")).toBe(
      Array.from({ length: share }, (_, i) => numbers.get(String(1_000 + i)) ?? 0).reduce((x, y) => x + y),
    );
  }
});

test("two experiments divide the visitors independently of each other", () => {
  const [rows, columns] = [
    { a: 20, b: 30, c: 50 },
    { d: 10, e: 60, f: 30 },
  ];
  const counts = new Map<string, number>();
  for (const visitor of visitors) {
    const cell = [
      chooseVariant({ name: "first", variants: rows }, visitor),
      chooseVariant({ name: "second", variants: columns }, visitor),
    ].join();
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const total = (key: string) =>
    [...counts].reduce((sum, [cell, count]) => sum + (cell.split(",").includes(key) ? count : 0), 0);
  let chiSquare = 0;
  for (const row of Object.keys(rows)) {
    for (const column of Object.keys(columns)) {
      const wanted = (total(row) * total(column)) / visitors.length;
      chiSquare += ((counts.get(`${row},${column}`) ?? 0) - wanted) ** 2 / wanted;
    }
  }
  // The 99.9th percentile with (3 - 1) × (3 - 1) degrees of freedom (NIST, "Critical values of the chi-square distribution").
  expect(chiSquare).toBeLessThan(18.467);
});

test("a visitor keeps the variant, whatever the order of the configuration's members", () => {
  const visitor = { sessionId: "s-1" };
  const turned = chooseVariant({ name: "n", variants: { c: 20, b: 30, a: 50 } }, visitor);
  expect(turned).toBe(chooseVariant({ name: "n", variants: { a: 50, b: 30, c: 20 } }, visitor));
});
