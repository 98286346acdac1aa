import { shortenMetrics } from "../../names/metric-names";
import { ignoreNotFound } from "../stack/aws";
import { describeWeights } from "../stack/campaign";
import { type Decision, readDecisions } from "../stack/decisions";
import { type DeployedModel, findModel, findStack, type StackReader } from "../stack/stack";
import { findUnrecordedMove, toDecision } from "../stack/unrecorded-move";
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
  const histories = await Promise.all(models.map((each) => readHistory(stack, each, limit)));
  if (json) return printJson(histories.flat());
  for (const [index, decisions] of histories.entries()) {
    print(`${index > 0 ? "\n" : ""}${models[index]?.name}`);
    if (decisions.length === 0) print("No decisions yet: the first retraining that trains writes one.");
    else print(formatDecisions(decisions));
  }
}

/** The decisions, and before them an update of the campaign that has none yet. */
async function readHistory(stack: StackReader, model: DeployedModel, limit: number): Promise<Decision[]> {
  const [decisions, unrecorded] = await Promise.all([
    readDecisions(stack, model.name, limit),
    ignoreNotFound(findUnrecordedMove(stack, model), "ResourceNotFoundException"),
  ]);
  return unrecorded ? [toDecision(model.name, unrecorded), ...decisions].slice(0, limit) : decisions;
}

const formatDecisions = (decisions: readonly Decision[]): string =>
  formatTable(
    Object.keys(columns),
    decisions.map((decision) => Object.values(columns).map((toCell) => toCell(decision))),
  );

const columns: Readonly<Record<string, (decision: Decision) => string>> = {
  when: ({ decidedAt }) => decidedAt.slice(0, 16).replace("T", " "),
  candidate: ({ candidate }) => shortenArn(candidate),
  replaces: ({ incumbent }) => shortenArn(incumbent),
  metric: ({ evaluation }) => (evaluation ? shortenMetrics(evaluation.gate.promotionMetric) : "-"),
  "candidate's": ({ evaluation }) => formatValue(evaluation?.candidate.value),
  "incumbent's": ({ evaluation }) => formatValue(evaluation?.incumbent?.value),
  by: ({ startedBy }) => startedBy ?? "-",
  decision: ({ outcome }) => outcome,
  "event weights": ({ evaluation }) => describeWeights(evaluation?.candidate.eventWeights ?? {}) || "-",
  reason: ({ reason }) => shortenMetrics(reason).replace(/arn:\S*\//g, ""),
};

const shortenArn = (arn: string | null | undefined) => arn?.split("/").at(-1) ?? "-";
const formatValue = (value: number | undefined) => value?.toFixed(4) ?? "-";
