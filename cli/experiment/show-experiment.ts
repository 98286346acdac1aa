import { countOf } from "../../names/printable";
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
    ...wrapAll(describeNotes(report)),
    ...report.read.unreadable.map((object) => `Not read: ${object}`),
    ...showEnding(describeEnding(report)),
  ];
}

const showEnding = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["\nTo end it:", ...lines.map((line) => `  ${line}`)];

/** Describes a verdict in a sentence. */
export function describeVerdict({ experiment, verdict, variants }: ExperimentReport): string {
  const { goal, placement, minimumEffect, settleDays } = experiment;
  const describeWinner = (winner: string) =>
    winner === placement
      ? `with each other variant, fewer visitors reach ${goal}`
      : `more visitors reach ${goal} than with ${placement}, ${formatUplift(variants.find(({ name }) => name === winner))}`;
  switch (verdict.outcome) {
    case "winner":
      return `${verdict.winner} wins: ${describeWinner(verdict.winner)}.`;
    case "ahead, look first":
      return `${verdict.ahead} is ahead, look first: ${describeWinner(verdict.ahead)}, but the visitors are not divided as the shares say.`;
    case "no difference":
      return `No difference larger than ${formatPercent(minimumEffect)}: no variant is better than ${placement} by as much.`;
    case "go on": {
      const empty = variants.filter(({ goals }) => goals === 0).map(({ name }) => name);
      if (variants.every(({ settled }) => settled === 0)) {
        return `Go on: no visitor counts yet. None has a first event that is ${countOf(settleDays, "day")} old (settleDays).`;
      }
      if (empty.length > 0) return `Go on: no visitor of ${empty.join(", ")} who counts has reached ${goal}.`;
      return "Go on: nothing is decided yet. docs/experiments.md has the days that it takes.";
    }
  }
}

/** Describes the variants in tables: their visitors, and their models. */
export const describeVariants = ({ variants }: ExperimentReport) => [
  { columns: ["variant", "share", "goals", "uplift", "visitors", "difference"], rows: variants.map(toRow) },
  { columns: ["variant", "fallbacks", "model"], rows: variants.map(toStateRow) },
];

/** Explains the columns of the variants, and says what speaks against the verdict. */
export const describeNotes = (report: ExperimentReport): string[] => [
  `Goals are visitors who reached the goal, of those whose first event is ${report.experiment.settleDays} days old or ` +
    "more: newer ones do not count yet. The uplift is that of goals by share: it says which variant is better.",
  "Visitors are those with any event, and the difference is that of visitors by share.",
  ...describeUnread(report),
  ...describeUneven(report),
  ...describeGoalAges(report),
  ...describeIncomplete(report),
  ...describeChanges(report),
];

/** Says what is not known of what the visitors get. */
function describeUnread({ experiment: { name, unreadFunction } }: ExperimentReport): string[] {
  if (unreadFunction === undefined) return [];
  return [`It is not known whether visitors get the variants of ${name}. ${unreadFunction}.`];
}

/** Says what a difference of visitors can be, and what tells which it is. */
function describeUneven({ experiment: { placement }, variants }: ExperimentReport): string[] {
  const uneven = variants.filter(({ isUneven }) => isUneven).map(({ name }) => name);
  if (uneven.length === 0) return [];
  return [
    `Chance alone hardly explains the difference of visitors between ${placement} and ${uneven.join(", ")}. Either a variant ` +
      "makes more visitors act, which is an effect, or events of a variant are lost, or visitors do not get the variant " +
      "of their share, and then the uplift is wrong.",
    "To tell which: compare the variants' fallbacks and errors, and the errors of their pages; compare visits that another " +
      "system counts by variant with the visitors here (a page without the script delivers no events); look for a cache " +
      "in front of the answers, which gives one visitor's variant to others. Only if nothing is lost, the uplift is right; docs/experiments.md then has the lines that end the experiment.",
  ];
}

/** Says how old goals are. Where many come late, those that do not count yet can decide. */
function describeGoalAges({ experiment: { settleDays }, variants }: ExperimentReport): string[] {
  const known = variants.flatMap(({ name, goalAgeDays }) => (goalAgeDays === undefined ? [] : { name, goalAgeDays }));
  if (known.length === 0) return [];
  const longest = Math.max(...known.map(({ goalAgeDays }) => goalAgeDays));
  const ages = known.map(({ name, goalAgeDays }) => `${name} ${goalAgeDays.toFixed(1)} days`).join(", ");
  const line = `Nine tenths of the goals came within, after the visitor's first event: ${ages}.`;
  if (longest <= settleDays / 3) return [line];
  return [
    `${line} That is more than a third of settleDays (${settleDays}), so goals that come later can change the verdict. ` +
      `Give the next experiment a settleDays of ${Math.ceil(3 * longest)} or more; until then, trust a winner only when ` +
      "it stays one.",
  ];
}

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

/** Says that the archive may have lost events. */
function describeIncomplete({ incomplete }: Pick<ExperimentReport, "incomplete">): string[] {
  if (incomplete === undefined) return [];
  return [
    `The archive may not have all events since the start: ${incomplete}. Goals that it has lost do not count, and the ` +
      "intervals are not those of the whole experiment. Where its objects expired, end it now, or keep events longer next " +
      "time (recommender:archiveRetentionDays).",
  ];
}

type Interval = NonNullable<VariantResult["interval"]>;
const isApart = (one: Interval, other: Interval) => one.lower > other.upper || one.upper < other.lower;

type Variant = ExperimentReport["variants"][number];

function toRow(variant: Variant): string[] {
  const { name, share, visitors, settled, goals, visitorUplift } = variant;
  const difference = visitorUplift === undefined ? "-" : formatSigned(visitorUplift);
  return [
    name,
    `${share} %`,
    `${formatCount(goals)} of ${formatCount(settled)}`,
    formatUplift(variant),
    formatCount(visitors),
    difference,
  ];
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
function formatUplift({ uplift, interval }: Pick<VariantResult, "uplift" | "interval"> = {}): string {
  if (uplift === undefined) return "-";
  const range = interval ? ` (${formatSigned(interval.lower)} to ${formatSigned(interval.upper)})` : "";
  return `${formatSigned(uplift)}${range}`;
}
