import type { Facts, Requirement } from "./facts";
import { type Figures, mean, standardError } from "./judge";
import type { GateAdvice, Skill } from "./skill";

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
    `repeats        ${percent(facts.repeats)} of the events are with an item that the user had interacted with before`,
    ...warnings(facts),
  ];
}

function warnings(facts: Facts): string[] {
  const lines: string[] = [];
  if (facts.usersAtOneTime > 0.1) {
    lines.push(
      `warning        ${percent(facts.usersAtOneTime)} of the users have all their events at the same time, so the order in the file decides which are the newest tenth, on which the metrics are computed.`,
    );
  }
  if (facts.duplicates > 0.05 * facts.rows) {
    lines.push(
      "warning        the duplicates were dropped. Drop them before the import too: a row that is in the training and in the test data makes a model look better than it is.",
    );
  }
  if (facts.itemsWithoutRow > 0) {
    lines.push(
      `warning        ${facts.itemsWithoutRow} items of the interactions have no row in the items file: the model does not know their attributes, and filters that INCLUDE by item columns leave them out.`,
    );
  }
  if (facts.last - facts.first < 86_400) {
    lines.push("warning        all events lie within one day: check the unit of TIMESTAMP (seconds since 1970).");
  }
  return lines;
}

export const describeRequirements = (requirements: readonly Requirement[]): string[] =>
  requirements.map(({ met, text }) => `${met ? "met    " : "NOT MET"} ${text}`);

export function describeSkill({ figures, queries, overPopularity, natsOverUniform, found }: Skill): string[] {
  const { difference, error } = overPopularity;
  return [
    ...figuresTable(figures),
    "",
    `The model is ${difference < 0 ? "worse" : "better"} than popularity by ${interval(Math.abs(difference), error)} at NDCG@10 (${queries} queries, the same for both).`,
    `It predicts the choices of unseen users ${natsOverUniform < 0 ? "worse" : "better"} than chance, by ${Math.abs(natsOverUniform).toFixed(3)} nat per event.`,
    found
      ? "Skill found: the users' past events predict their next choices better than popularity does."
      : "No skill found: the difference from popularity can be chance. Do not pay for a training on these data; look for missing events, wrong times or mixed-up ids first.",
  ];
}

const metrics = [
  ["NDCG@5", "ndcg5"],
  ["NDCG@10", "ndcg10"],
  ["NDCG@25", "ndcg25"],
  ["MRR@25", "reciprocalRank"],
  ["precision@25", "precision25"],
] as const;

/** A table with a column for each model and a line for each metric: means with half a 95 % confidence interval. */
export const figuresTable = (figures: Readonly<Record<string, Figures>>): string[] => {
  const models = Object.values(figures);
  return [
    ["", ...Object.keys(figures)],
    ...metrics.map(([title, key]) => [
      title,
      ...models.map((row) => interval(mean(row[key]), standardError(row[key]))),
    ]),
    ["coverage", ...models.map(({ coverage }) => coverage.toFixed(2))],
  ].map((cells) => cells.map(pad).join(""));
};

export function describeAdvice(advice: GateAdvice, found: boolean): string[] {
  return [
    `One training's NDCG@5 has a standard error of about ${advice.standardError.toFixed(3)} (.35 / √(users / 10)); measured here: ${advice.measuredError.toFixed(3)}.`,
    ...(found
      ? [
          describeThreshold(advice),
          `allowedMetricDrop    ${advice.allowedMetricDrop.toFixed(3)} or more: with a lower value, good versions can fail by chance`,
          "popularityBaseline   true requires each candidate to be better than popularity on the same data, and costs one more training",
          "The threshold is for a model like the local one; read the metrics of the first real training before you set it.",
        ]
      : ["No threshold can distinguish good versions from bad ones on these data."]),
  ];
}

/** A threshold that the model itself does not reach would reject every version. */
const describeThreshold = ({ promotionThreshold, reached }: GateAdvice): string =>
  promotionThreshold <= reached
    ? `promotionThreshold   ${promotionThreshold.toFixed(3)} or more: with a lower value, popularity alone can pass by chance`
    : `promotionThreshold   none: popularity can reach ${promotionThreshold.toFixed(3)} by chance, and the model reaches ${reached.toFixed(3)} only; use popularityBaseline`;

const interval = (value: number, error: number): string => `${signed(value)} ± ${(1.96 * error).toFixed(4)}`;
const signed = (value: number): string => (value < 0 ? `−${(-value).toFixed(4)}` : value.toFixed(4));
const pad = (cell: string, column: number): string => (column === 0 ? cell.padEnd(14) : cell.padStart(19));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** Breaks a line at spaces where it is wider than `width`. The rest begins below the text after the line's label. */
export function wrapLine(line: string, width: number): string[] {
  if (line.length <= width) return [line.trimEnd()];
  const [label = ""] = /^ *(?:\S+ {2,})?/.exec(line) ?? [];
  const rows: string[] = [];
  let row = "";
  for (const word of line.slice(label.length).split(" ")) {
    const longer = row === "" ? word : `${row} ${word}`;
    if (row !== "" && label.length + longer.length > width) {
      rows.push(row);
      row = word;
    } else row = longer;
  }
  return [...rows, row].map((text, index) => `${index === 0 ? label : " ".repeat(label.length)}${text}`);
}
