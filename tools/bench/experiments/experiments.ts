// How often the judge of experiments is right. One run writes the table of docs/experiments.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Targets } from "../targets";
import { type Scenario, type Shares, simulate } from "./simulation";

const document = join(__dirname, "../../../docs/experiments.md");
const runs = 1_000;

/** A row of the table, with the bounds that the shares must have. */
export interface Row {
  readonly label: string;
  readonly scenario: Scenario;
  readonly least?: Partial<Shares>;
  readonly most?: Partial<Shares>;
}

const rare = { missed: 0.05 };
const noWinner = { ...rare, falseWinner: 0.05 };
const late = { visitors: 200_000, moreDays: 30 };
const better = { uplift: 0.05 };
const found = { least: { found: 0.75 }, most: rare };

export const rows: readonly Row[] = [
  { label: "no difference, rate 10 %", scenario: {}, most: noWinner },
  { label: "no difference, rate 1 %", scenario: { rate: 0.01 }, most: noWinner },
  { label: "no difference, rate 40 %", scenario: { rate: 0.4 }, most: noWinner },
  { label: "no difference, 90 and 10 %", scenario: { variants: { a: 90, b: 10 } }, most: noWinner },
  { label: "no difference, three variants", scenario: { variants: { a: 34, b: 33, c: 33 } }, most: noWinner },
  { label: "goals of one variant a day later", scenario: { ...late, delay: 1 }, most: { falseAtEnd: 0.05 } },
  { label: "goals of one variant five days later", scenario: { ...late, delay: 5 }, most: { falseAtEnd: 0.05 } },
  { label: "+5 %, all visitors have other events", scenario: better, ...found },
  { label: "+5 %, half of the visitors have", scenario: { ...better, active: [0.5, 0.5] }, ...found },
  { label: "+5 %, a tenth of the visitors have", scenario: { ...better, active: [0.1, 0.1] }, ...found },
  { label: "+5 %, a tenth, with the variant two tenths", scenario: { ...better, active: [0.1, 0.2] }, ...found },
  { label: "+5 %, 5,000 goals in each", scenario: { ...better, visitors: 100_000 }, most: rare },
  { label: "+10 %, 5,000 goals in each", scenario: { uplift: 0.1, visitors: 100_000 }, ...found },
  { label: "+5 %, 90 and 10 %", scenario: { ...better, variants: { a: 90, b: 10 } }, most: rare },
  {
    label: "+5 %, 90 and 10 %, 2.8 times as many visitors",
    scenario: { ...better, variants: { a: 90, b: 10 }, visitors: 560_000 },
    ...found,
  },
  {
    label: "+5 % of a rate of 1 %, two million visitors",
    scenario: { ...better, rate: 0.01, visitors: 2e6 },
    ...found,
  },
  ...[0.2, 0.15, 0.1].map((uplift) => ({
    label: `+${Math.round(uplift * 100)} % in the first six days, then 0`,
    scenario: { uplift, lasting: 0.3 },
    most: { ...rare, falseWinner: 0, disagreed: 0 },
  })),
];

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Returns the line of the table for a row. */
export function describeRow({ label }: Row, { found: right, falseWinner, falseAtEnd, missed }: Shares): string {
  return `| ${label} | ${[right, falseWinner, falseAtEnd, missed].map(percent).join(" | ")} |`;
}

export const measureRow = (row: Row): Shares => simulate(row.label, row.scenario, runs);

/** Measures all rows, and writes the table of docs/experiments.md. Returns the missed targets. */
export function measureExperiments(): string[] {
  const targets = new Targets();
  const lines = rows.map((row) => {
    const shares = measureRow(row);
    for (const [key, bound] of Object.entries(row.least ?? {}))
      targets.check(shares[key as keyof Shares] >= bound, `${row.label}: ${key} at least ${percent(bound)}`);
    for (const [key, bound] of Object.entries(row.most ?? {}))
      targets.check(shares[key as keyof Shares] <= bound, `${row.label}: ${key} at most ${percent(bound)}`);
    const line = describeRow(row, shares);
    console.log(line);
    return line;
  });
  writeTable(lines);
  return targets.missed;
}

const start = "|---|---|---|---|---|\n";

function writeTable(lines: readonly string[]): void {
  const text = readFileSync(document, "utf8");
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf("\n\n", from);
  writeFileSync(document, `${text.slice(0, from)}${lines.join("\n")}${text.slice(to)}`);
}
