import type { Placement } from "../../contract";
import { project, standardPlacement } from "../../contract/layout";
import { pulumiCommand } from "../../text/pulumi-command";
import { quoteForShell } from "../../text/shell";
import type { ExperimentReport } from "./read-experiment";

/** Lists the commands that end an experiment and give its placement the winner's answer, or what callers do for that. */
export function describeEnding(report: Pick<ExperimentReport, "experiment" | "verdict" | "placements">): string[] {
  const { experiment, verdict, placements } = report;
  const { placement } = experiment;
  const winner = verdict.outcome === "winner" ? verdict.winner : placement;
  const end = (changes: string[] = []) =>
    [...changes, `config rm ${project}:experiment`, "up"].map((words) => `${pulumiCommand()} ${words}`);
  if (winner === placement) return end();
  if (placement !== standardPlacement) return end(adoptAnswer(placement, placements[winner]));
  // It has no entry in the configuration, and its answer is that of the stack's own model.
  const list = placements[winner] ? [] : [set(winner, "list", "popular")];
  return [...end(list), `# Then callers send "placement": "${winner}".`];
}

const pathOf = (name: string, key = "") => quoteForShell(`${project}:placements.${name}${key}`);
const set = (name: string, key: string, value: string | number) =>
  `config set --path ${pathOf(name, `.${key}`)} ${quoteForShell(String(value))}`;

function adoptAnswer(name: string, { model, filter, promotion, columns = [] }: Partial<Placement> = {}): string[] {
  const isOwn = model === name;
  const values = {
    ...(isOwn ? {} : model ? { model } : { list: "popular" }),
    ...(filter && { filter }),
    ...(promotion && { "promotion.filter": promotion.filter, "promotion.percent": promotion.percent }),
    ...Object.fromEntries(columns.map((column, index) => [`columns[${index}]`, column])),
  };
  // A placement keeps its recipe if the winner uses its model.
  const old = `config rm --path ${pathOf(name, isOwn ? ".promotion" : "")}`;
  return [old, ...Object.entries(values).map(([key, value]) => set(name, key, value))];
}
