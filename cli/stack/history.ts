import { plot } from "asciichart";
import { formatTable } from "../print-table";
import { print, printJson } from "../terminal/print";
import { type Decision, readDecisions } from "./decisions";
import { findModel, findStack } from "./find-stack";

export interface HistoryOptions {
  readonly stack: string;
  /** @default all models of the stack */
  readonly model?: string;
  /** Decisions per model. */
  readonly limit: number;
  readonly chart?: boolean;
  readonly json?: boolean;
}

export async function printHistory({ stack: name, model, limit, chart = false, json = false }: HistoryOptions) {
  const stack = await findStack(name);
  const models = model === undefined ? stack.models : [findModel(stack, model)];
  const histories = await Promise.all(models.map((each) => readDecisions(stack, each.name, limit)));
  if (json) return printJson(histories.flat());
  for (const [index, decisions] of histories.entries()) {
    print(`${index > 0 ? "\n" : ""}${models[index]?.name}`);
    if (decisions.length === 0) print("No decisions yet: the first retraining writes one.");
    else print(formatTable(head, decisions.map(toRow)));
    if (chart) print(drawMetric(decisions));
  }
}

const head = ["when", "candidate", "replaces", "metric", "candidate's", "incumbent's", "by", "decision", "reason"];

function toRow({ decidedAt, candidate, incumbent, evaluation, startedBy, outcome, reason }: Decision): string[] {
  return [
    decidedAt.slice(0, 16).replace("T", " "),
    shortenArn(candidate),
    shortenArn(incumbent),
    evaluation ? shortenMetric(evaluation.gate.promotionMetric) : "-",
    formatValue(evaluation?.candidate.value),
    formatValue(evaluation?.incumbent?.value),
    startedBy ?? "-",
    outcome,
    shortenMetric(reason).replace(/arn:\S*\//g, ""),
  ];
}

const shortenArn = (arn: string | null | undefined) => arn?.split("/").at(-1) ?? "-";
const shortenMetric = (text: string) => text.replace(/normalized_discounted_cumulative_gain_at_/g, "NDCG@");
const formatValue = (value: number | undefined) => value?.toFixed(4) ?? "-";

function drawMetric(decisions: readonly Decision[]): string {
  const values = decisions.flatMap(({ evaluation }) => evaluation?.candidate.value ?? []).reverse();
  if (values.length < 2) return "A chart needs two evaluated versions.";
  return `\nThe candidates' metric, the oldest on the left:\n${plot(values, { height: 8, format: (value) => value.toFixed(4).padStart(8) })}`;
}
