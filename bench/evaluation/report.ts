import { type Figures, mean, standardError } from "../recommender/judge";
import type { Facts, Requirement } from "./facts";
import type { GateAdvice, Skill } from "./skill";

/** The facts as lines of text. */
export function describeFacts(facts: Facts): string[] {
  const days = (facts.last - facts.first) / 86_400;
  const types = facts.eventTypes.map(([type, events]) => `${events} ${type === "" ? "without a type" : type}`);
  return [
    `rows           ${facts.rows}, ${facts.duplicates} of them duplicates (${percent(facts.duplicates / facts.rows)})`,
    `interactions   ${facts.interactions}${types.length > 0 ? `; rows by event type: ${types.join(", ")}` : ""}`,
    `users          ${facts.users}, ${facts.usersWithTwo} with two or more events; median ${facts.medianEvents}, at most ${facts.mostEvents}`,
    `items          ${facts.items}; cold: ${facts.itemsWithoutInteraction} without an interaction (${percent(facts.itemsWithoutInteraction / facts.items)}), ${facts.thinItems} with fewer than five users`,
    `item columns   ${facts.categorical.length > 0 ? facts.categorical.join(", ") : "none that the model can use"}`,
    `time           ${dateOf(facts.first)} to ${dateOf(facts.last)}, ${days.toFixed(1)} days`,
    `repeats        ${percent(facts.repeats)} of the events go to an item that the user had before`,
    ...warnings(facts),
  ];
}

function warnings(facts: Facts): string[] {
  const lines: string[] = [];
  if (facts.usersAtOneTime > 0.1) {
    lines.push(
      `warning        ${percent(facts.usersAtOneTime)} of the users have all their events at one time: their order, and with it "the newest tenth" that the metrics ask for, is the order of the file.`,
    );
  }
  if (facts.duplicates > 0.05 * facts.rows) {
    lines.push(
      "warning        the duplicates are dropped here. Drop them before the import too: copies of one row in input and truth look like skill.",
    );
  }
  if (facts.itemsWithoutRow > 0) {
    lines.push(
      `warning        ${facts.itemsWithoutRow} items of the interactions have no row in the items file: the model knows nothing of their kind, and filters that INCLUDE by item columns leave them out.`,
    );
  }
  if (facts.last - facts.first < 86_400) {
    lines.push("warning        all events lie within one day: check the unit of TIMESTAMP (seconds since 1970).");
  }
  return lines;
}

export const describeRequirements = (requirements: readonly Requirement[]): string[] =>
  requirements.map(({ holds, text }) => `${holds ? "holds " : "FAILS "} ${text}`);

/** The table of the models with their 95 % confidence intervals. */
export function describeSkill({ figures, queries, overPopularity, natsOverUniform, found }: Skill): string[] {
  const { difference, error } = overPopularity;
  return [
    ...figuresTable(figures),
    "",
    `The model is popularity ${interval(difference, error)} at NDCG@10 (${queries} queries, the same for both); unseen users' choices became likelier by ${natsOverUniform.toFixed(3)} nat per event.`,
    found
      ? "Skill found: the users' past tells more about what they choose next than popularity does."
      : "No skill found: the difference from popularity is within what chance makes. Do not pay for a training on these data; look for missing events, wrong times or mixed-up ids first.",
  ];
}

/** A line per model: means with half a 95 % confidence interval. */
export const figuresTable = (figures: Readonly<Record<string, Figures>>): string[] => [
  ["", "NDCG@5", "NDCG@10", "NDCG@25", "MRR@25", "precision@25", "coverage"].map(pad).join(""),
  ...Object.entries(figures).map(([name, own]) => figureRow(name, own)),
];

const figureRow = (name: string, own: Figures): string =>
  [
    name,
    ...[own.ndcg5, own.ndcg10, own.ndcg25, own.reciprocalRank, own.precision25].map((values) =>
      interval(mean(values), standardError(values)),
    ),
    own.coverage.toFixed(2),
  ]
    .map(pad)
    .join("");

/** What the numbers mean for the stack's promotion gate. */
export function describeAdvice(advice: GateAdvice, found: boolean): string[] {
  return [
    `One training's NDCG@5 has a standard error of about ${advice.standardError.toFixed(3)} (.35 / √(users / 10)); measured here: ${advice.measuredError.toFixed(3)}.`,
    ...(found
      ? [
          `promotionThreshold   ${advice.promotionThreshold.toFixed(3)} or more: below it, popularity alone passes by luck`,
          `allowedMetricDrop    ${advice.allowedMetricDrop.toFixed(3)} or more: below it, good versions are held back by chance`,
          "popularityBaseline   true asks each candidate to beat popularity on the same data, for one more training",
          "The threshold holds for a model like the local one; read the first real training's metrics before you set it.",
        ]
      : ["No threshold can tell a good version from a bad one on these data."]),
  ];
}

const interval = (value: number, error: number): string => `${signed(value)} ± ${(1.96 * error).toFixed(4)}`;
const signed = (value: number): string => (value < 0 ? `−${(-value).toFixed(4)}` : value.toFixed(4));
const pad = (cell: string, column: number): string => (column === 0 ? cell.padEnd(14) : cell.padStart(18));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
