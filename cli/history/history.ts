import { shortenMetrics } from "../../names/metric-names";
import { describeWeights } from "../stack/campaign";
import { type Decision, readDecisions } from "../stack/decisions";
import { findModel, findStack } from "../stack/stack";
import { print, printJson } from "../terminal/print";
import { formatTable } from "../terminal/print-table";

export interface HistoryOptions {
  readonly stack: string;
  /** @default all models of the stack */
  readonly model?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export async function printHistory({ stack: name, model, limit, json = false }: HistoryOptions) {
  const stack = await findStack(name);
  const models = model === undefined ? stack.models : [findModel(stack, model)];
  const histories = await Promise.all(models.map((each) => readDecisions(stack, each.name, limit)));
  if (json) return printJson(histories.flat());
  for (const [index, decisions] of histories.entries()) {
    print(`${index > 0 ? "\n" : ""}${models[index]?.name}`);
    if (decisions.length === 0) print("No decisions yet: the first retraining writes one.");
    else print(formatDecisions(decisions));
  }
}

/** Event weights have a column only where a candidate has some. */
function formatDecisions(decisions: readonly Decision[]): string {
  const weights = decisions.map(({ evaluation }) => describeWeights(evaluation?.candidate.eventWeights ?? {}));
  if (!weights.some((text) => text !== "")) return formatTable(head, decisions.map(toRow));
  return formatTable(
    [...head, "event weights"],
    decisions.map((decision, index) => [...toRow(decision), weights[index] || "-"]),
  );
}

const head = ["when", "candidate", "replaces", "metric", "candidate's", "incumbent's", "by", "decision", "reason"];

function toRow({ decidedAt, candidate, incumbent, evaluation, startedBy, outcome, reason }: Decision): string[] {
  return [
    decidedAt.slice(0, 16).replace("T", " "),
    shortenArn(candidate),
    shortenArn(incumbent),
    evaluation ? shortenMetrics(evaluation.gate.promotionMetric) : "-",
    formatValue(evaluation?.candidate.value),
    formatValue(evaluation?.incumbent?.value),
    startedBy ?? "-",
    outcome,
    shortenMetrics(reason).replace(/arn:\S*\//g, ""),
  ];
}

const shortenArn = (arn: string | null | undefined) => arn?.split("/").at(-1) ?? "-";
const formatValue = (value: number | undefined) => value?.toFixed(4) ?? "-";
