import { findStack, type ShowOptions } from "../stack/stack";
import { print, printJson } from "../terminal/print";
import { formatTable } from "../terminal/print-table";
import { createProgress } from "../terminal/progress";
import { wrap } from "../terminal/wrap";
import type { VariantResult } from "./analyse";
import { describeEnding } from "./describe-ending";
import { type ExperimentReport, readExperiment } from "./read-experiment";

/** Shows the running experiment. Returns false when a part of the archive was not read. */
export async function showExperiment({ stack, json = false }: ShowOptions): Promise<boolean> {
  const progress = createProgress();
  const report = await readExperiment(await findStack(stack), progress.show).finally(progress.end);
  if (json) printJson({ ...report, sentence: describeVerdict(report), ending: describeEnding(report) });
  else print(describeReport(report).join("\n"));
  return report.read.unreadable.length === 0;
}

function describeReport(report: ExperimentReport): string[] {
  const { name, placement, goal, startedAt } = report.experiment;
  const title = `Experiment ${name} at ${placement}, goal ${goal}, since ${startedAt.toISOString().slice(0, 16)}Z`;
  const wrapAll = (texts: readonly string[]) => texts.flatMap((text) => wrap(text, ""));
  return [
    ...wrapAll([describeVerdict(report), "", title, ""]),
    ...describeVariants(report).map(({ columns, rows }) => `${formatTable(columns, rows)}\n`),
    ...wrapAll([...describeRetention(report), ...notes, ...describeChanges(report)]),
    ...report.read.unreadable.map((object) => `Not read: ${object}`),
    "\nTo end it:",
    ...describeEnding(report).map((line) => `  ${line}`),
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
  const { moreGoals } = verdict;
  if (moreGoals === undefined) return `Go on: a variant has no visitor yet who reached ${goal}.`;
  return `Go on: about ${formatCount(Number(moreGoals.toPrecision(2)))} more goals are needed to see ${least}.`;
}

/** Describes the variants in tables: their visitors, and their models. */
export const describeVariants = ({ variants }: ExperimentReport) => [
  { columns: ["variant", "share", "goals", "uplift", "visitors", "difference"], rows: variants.map(toRow) },
  { columns: ["variant", "fallbacks", "model"], rows: variants.map(toStateRow) },
];

/** Explains the columns of the variants. */
export const notes: readonly string[] = [
  "Goals are visitors who reached the goal, and the uplift is that of goals by share: it says which variant is better.",
  "Visitors are those with any event, and the difference is that of visitors by share. It changes no verdict: a variant " +
    "makes more visitors act, or loses their events.",
];

/**
 * Finds variants whose uplift has changed: an interval of an earlier day and the last day's exclude
 * each other.
 */
export function describeChanges({ experiment, days }: Pick<ExperimentReport, "experiment" | "days">): string[] {
  return Object.keys(experiment.variants).flatMap((name) => {
    const now = days.at(-1)?.variants[name]?.interval;
    const earlier = days.find(
      ({ variants: { [name]: { interval } = {} } }) => interval && now && isApart(interval, now),
    );
    if (!earlier) return [];
    const then = formatUplift(earlier.variants[name]);
    return (
      `The uplift of ${name} has changed: until ${earlier.until.slice(0, 10)} it was ${then}. Its effect wears off or ` +
      "grows, or the goals of one variant come later: the verdict is about the average since the start."
    );
  });
}

/** Says what the archive has lost. */
export function describeRetention({ retention }: Pick<ExperimentReport, "retention">): string[] {
  if (!retention) return [];
  const { days, since } = retention;
  return [
    `The archive keeps events for ${days} days, so goals before ${since.slice(0, 10)} no longer count, and the intervals ` +
      "are not those of the whole experiment. End it now, or keep events longer next time (recommender:archiveRetentionDays).",
  ];
}

type Interval = NonNullable<VariantResult["interval"]>;
const isApart = (one: Interval, other: Interval) => one.lower > other.upper || one.upper < other.lower;

type Variant = ExperimentReport["variants"][number];

function toRow(variant: Variant): string[] {
  const { name, share, visitors, goals, visitorUplift } = variant;
  const difference = visitorUplift === undefined ? "-" : formatSigned(visitorUplift);
  return [name, `${share} %`, formatCount(goals), formatUplift(variant), formatCount(visitors), difference];
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
const formatSigned = (share: number): string => `${share > 0 ? "+" : ""}${formatPercent(share)}`;
const formatCount = (count: number): string => count.toLocaleString("en");

/** `+4.83 % (+0.6 % to +9.2 %)`; `-` for the control. */
function formatUplift({ uplift, interval }: Omit<VariantResult, "visitors" | "goals"> = {}): string {
  if (uplift === undefined) return "-";
  const range = interval ? ` (${formatSigned(interval.lower)} to ${formatSigned(interval.upper)})` : "";
  return `${formatSigned(uplift)}${range}`;
}
