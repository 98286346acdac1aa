import type { Placement } from "../../contract";
import { removeConfig, type Step, setConfig } from "../../names/config-command";
import { programName, standardPlacement } from "../../names/layout";
import { pulumiCommand } from "../../names/pulumi-command";
import { quoteForShell } from "../../names/shell";
import type { ExperimentReport } from "./read-experiment";

/**
 * Lists the commands that end an experiment and give its placement the winner's answer, or what
 * callers do for that.
 */
export function describeEnding(
  report: Pick<ExperimentReport, "stack" | "experiment" | "verdict" | "placements">,
): string[] {
  const { stack, experiment, verdict, placements } = report;
  const { placement } = experiment;
  const winner = verdict.outcome === "winner" ? verdict.winner : placement;
  const end = [
    ...listLines(removeConfig({ key: `${programName}:experiment`, stack })),
    `${pulumiCommand()} up --stack ${quoteForShell(stack)}`,
  ];
  if (winner === placement) return end;
  const callers = `# Then callers send "placement": "${winner}".`;
  // It has no entry in the configuration, and its answer is that of the stack's own model.
  if (placement === standardPlacement) {
    const isListed = placements[winner] !== undefined;
    const list = setConfig({ key: `${programName}:placements`, steps: [winner, "list"], stack }, "popular");
    return [...(isListed ? [] : listLines(list)), ...end, callers];
  }
  const model = placements[winner]?.model;
  const isOwner = placements[placement]?.model === placement;
  const others = Object.entries(placements).filter(([name, each]) => name !== placement && each.model === placement);
  // Others show the placement's own model, which would be deleted.
  if (isOwner && model !== placement && others.length > 0) return [...end, callers];
  const deleted = isOwner && model !== placement ? [`# This also deletes the model of ${placement}.`] : [];
  return [...adoptAnswer(stack, placement, placements[winner]), ...end, ...deleted];
}

function adoptAnswer(
  stack: string,
  name: string,
  { model, filter, promotion, columns = [] }: Partial<Placement> = {},
): string[] {
  const isOwn = model === name;
  const answer: [Step[], string] = model === undefined ? [["list"], "popular"] : [["model"], model];
  const values: [Step[], string | number | undefined][] = [
    ...(isOwn ? [] : [answer]),
    [["filter"], filter],
    [["promotion", "filter"], promotion?.filter],
    [["promotion", "percent"], promotion?.percent],
    ...columns.map((column, index): [Step[], string] => [["columns", index], column]),
  ];
  const at = (...steps: readonly Step[]) => ({ key: `${programName}:placements`, steps: [name, ...steps], stack });
  // A placement keeps its recipe if the winner uses its model.
  const old = removeConfig(at(...(isOwn ? ["promotion"] : [])));
  const changes = values.map(([steps, value]) => (value === undefined ? undefined : setConfig(at(...steps), value)));
  return listLines(old, ...changes);
}

const listLines = (...lines: readonly (string | undefined)[]) => lines.filter((line) => line !== undefined);
