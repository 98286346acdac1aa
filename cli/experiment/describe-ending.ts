import { removeConfig, setConfig } from "../../names/config-command";
import { programName } from "../../names/layout";
import { pulumiCommand } from "../../names/pulumi-command";
import { quoteForShell } from "../../names/shell";
import type { ExperimentReport } from "./read-experiment";

/**
 * Lists the commands that end an experiment, and what then gives visitors the winner's answer. None
 * for a variant that is ahead: nobody may paste them before looking.
 */
export function describeEnding({
  stack,
  experiment: { placement },
  verdict,
  placements,
}: Pick<ExperimentReport, "stack" | "experiment" | "verdict" | "placements">): string[] {
  if (verdict.outcome === "ahead, look first") return [];
  const end = [
    removeConfig({ key: `${programName}:experiment`, stack }),
    `${pulumiCommand()} up --stack ${quoteForShell(stack)}`,
  ];
  const winner = verdict.outcome === "winner" ? verdict.winner : placement;
  if (winner !== placement) {
    // A list of popular items can be a variant without being a placement.
    const list = { key: `${programName}:placements`, steps: [winner, "list"], stack };
    if (placements[winner] === undefined) end.unshift(setConfig(list, "popular"));
    end.push(`# Then callers send "placement": "${winner}".`);
  }
  return end.filter((line) => line !== undefined);
}
