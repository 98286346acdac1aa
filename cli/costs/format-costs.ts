import { bold } from "../terminal/paint";
import { formatTable } from "../terminal/print-table";
import { wrap } from "../terminal/wrap";
import type { StackCosts } from "./read-costs";
import type { PricedRow } from "./rows";

const toMinute = (time: Date) => `${time.toISOString().slice(0, 16)}Z`;

/** Formats costs in lines of at most 80 columns, but for commands. */
export function formatCosts(costs: StackCosts): string[] {
  const { stack, account, region, from, to, since, advice, bill } = costs;
  const shown = costs.rows.filter(({ quantity, notes }) => quantity !== 0 || notes.length > 0);
  return [
    `Stack ${stack}, account ${account}, ${region}`,
    `${toMinute(from)} to ${toMinute(to)}`,
    ...(since > from ? [`The stack was created at ${toMinute(since)}.`] : []),
    ...wrap("Computed from metrics and descriptions: no bill has confirmed these sums.", ""),
    "",
    formatTable(["", "quantity", "", costs.currency ?? "no price"], shown.map(toCells)),
    "",
    ...wrap(describeTotal(costs), ""),
    ...wrap(
      "Not counted: objects in S3, records kept longer than a day, stored logs, columns in answers, requests to KMS, steps, mail, dashboards.",
      "",
    ),
    ...formatSection(
      "Assumed, or not known",
      shown.flatMap((row) => row.notes.map((note) => `${nameRow(row)}: ${note}`)),
    ),
    ...formatSection(
      "To pay less",
      advice.map(({ text, saves }) => (saves === undefined ? text : `${text}: ${saves.toFixed(2)} less`)),
      advice.map(({ lines }) => lines),
    ),
    "",
    ...wrap("The bill, after the tags Project and Stack were activated as cost allocation tags:", ""),
    bill,
  ];
}

const nameRow = ({ what, of }: Pick<PricedRow, "what" | "of">) => {
  if (of === undefined) return what;
  return `${what.startsWith("campaigns") ? "campaign" : "training"} ${of}`;
};

function toCells(row: PricedRow): string[] {
  const { quantity, unit, cost } = row;
  const amount = quantity === undefined ? "?" : formatQuantity(quantity);
  return [nameRow(row), amount.padStart(10), unit, (cost === undefined ? "-" : cost.toFixed(2)).padStart(8)];
}

/** At least three digits of small numbers. */
const formatQuantity = (quantity: number): string =>
  Number.isInteger(quantity) ? String(quantity) : quantity >= 100 ? quantity.toFixed(1) : quantity.toPrecision(3);

function describeTotal({ currency, total, without }: StackCosts): string {
  const lacking = without.length > 0 ? `, without ${without.join(", ")}` : "";
  if (currency === undefined) return "No sum: set recommender:prices (docs/configuration.md#prices).";
  return `Total ${currency} ${total.toFixed(2)}${lacking}`;
}

function formatSection(title: string, texts: readonly string[], lines: readonly (readonly string[])[] = []): string[] {
  if (texts.length === 0) return [];
  return [
    "",
    bold(title),
    ...texts.flatMap((text, index) => [...wrap(text, "  "), ...(lines[index] ?? []).map((line) => `    ${line}`)]),
  ];
}
