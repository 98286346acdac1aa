import { wrap } from "../journey/paint";
import { findStack } from "../stack/find-stack";
import { print, printJson } from "../terminal/print";
import { formatTable } from "../terminal/print-table";
import { createProgress } from "../terminal/progress";
import type { VariantResult } from "./analyse";
import { describeEnding } from "./describe-ending";
import { type ExperimentReport, readExperiment } from "./read-experiment";

export interface ExperimentOptions {
  readonly stack: string;
  readonly json?: boolean;
}

export async function showExperiment({ stack, json = false }: ExperimentOptions): Promise<void> {
  const progress = createProgress();
  const report = await readExperiment(await findStack(stack), progress.show).finally(progress.end);
  if (json) printJson({ ...report, sentence: describeVerdict(report), ending: describeEnding(report) });
  else print(describeReport(report).join("\n"));
}

function describeReport(report: ExperimentReport): string[] {
  const { experiment, splitPValue, read } = report;
  const { name, placement, goal, startedAt } = experiment;
  return [
    ...[...wrap(describeVerdict(report), ""), ""],
    ...[
      ...wrap(`Experiment ${name} at ${placement}, goal ${goal}, since ${startedAt.toISOString().slice(0, 16)}Z`, ""),
      "",
    ],
    ...describeVariants(report).map(({ columns, rows }) => `${formatTable(columns, rows)}\n`),
    `${describeSplit(splitPValue)} Read: ${formatCount(read.archivedEvents)} events.`,
    ...Object.entries(read.refused).flatMap(([reason, count]) =>
      wrap(`${formatCount(count)} records do not count, because the consumer refuses them: ${reason}`, ""),
    ),
    ...["\nTo end it:", ...describeEnding(report).map((line) => `  ${line}`)],
  ];
}

/** Describes a verdict in a sentence. */
export function describeVerdict({ experiment, verdict, variants }: ExperimentReport): string {
  const { goal, placement, minimumEffect } = experiment;
  const least = formatPercent(minimumEffect);
  if (verdict.outcome === "winner") {
    const { winner } = verdict;
    if (winner === placement) return `${winner} wins: with each other variant, fewer visitors reach ${goal}.`;
    const uplift = formatUplift(variants.find(({ name }) => name === winner));
    return `${winner} wins: more visitors reach ${goal} than with ${placement}, ${uplift}.`;
  }
  if (verdict.outcome === "no difference")
    return `No difference larger than ${least}: no variant is better than ${placement} by as much.`;
  if (verdict.outcome === "go on") {
    const { moreVisitors } = verdict;
    if (moreVisitors === undefined) return `Go on: a variant has no visitor yet who reached ${goal}.`;
    return `Go on: about ${formatCount(Number(moreVisitors.toPrecision(2)))} more visitors are needed to see ${least}.`;
  }
  const problem =
    verdict.because === "split"
      ? "the visitors are not divided as configured, so the variants cannot be compared"
      : "the uplift of a variant has changed since the start: its intervals exclude each other";
  return `No verdict: ${problem}. Find the cause before you begin again with a new name.`;
}

/** Describes the variants in tables: their visitors, and their models. */
export const describeVariants = ({ variants }: ExperimentReport) => [
  { columns: ["variant", "share", "visitors", "goals", "rate", "uplift"], rows: variants.map(toRow) },
  { columns: ["variant", "fallbacks", "model"], rows: variants.map(toStateRow) },
];

export const describeSplit = (splitPValue: number): string =>
  `Sample ratio: ${splitPValue < 0.01 ? "not " : ""}as configured (p = ${Number(splitPValue.toPrecision(2))}).`;

type Variant = ExperimentReport["variants"][number];

function toRow(variant: Variant): string[] {
  const { name, share, visitors, goals } = variant;
  const rate = visitors > 0 ? formatPercent(goals / visitors) : "-";
  return [name, `${share} %`, formatCount(visitors), formatCount(goals), rate, formatUplift(variant)];
}

function toStateRow({ name, requests, fallbacks, model }: Variant): string[] {
  const share = requests > 0 ? `${formatPercent(fallbacks / requests)} of ${formatCount(requests)}` : "-";
  if (!model) return [name, share, "none: a list"];
  const changes = Object.entries(model.changes).map(([outcome, count]) => `${count} ${outcome}`);
  const decided = changes.join(", ") || "no decision";
  return [name, share, `${model.name}, campaign ${model.campaign}; since the start ${decided}`];
}

/** A share with three digits: `4.83 %`. */
const formatPercent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
const formatCount = (count: number): string => count.toLocaleString("en");

/** `+4.83 % (+0.6 % to +9.2 %)`; `-` for the control. */
function formatUplift({ uplift, interval }: Omit<VariantResult, "visitors" | "goals"> = {}): string {
  if (uplift === undefined) return "-";
  const signed = (share: number) => `${share > 0 ? "+" : ""}${formatPercent(share)}`;
  return `${signed(uplift)} (${interval ? `${signed(interval.lower)} to ${signed(interval.upper)}` : "no interval"})`;
}
