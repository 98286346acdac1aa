import { listVersions } from "../stack/campaign";
import { type Decision, isMove, readDecisions } from "../stack/decisions";
import type { DeployedModel, StackReader } from "../stack/stack";
import { toDecision, type UnrecordedMove } from "../stack/unrecorded-move";

/** A version to which a campaign can be rolled back. */
export interface Choice {
  readonly arn: string;
  readonly createdAt: Date;
  /** Says what is on record of it. */
  readonly mark: string;
  /** The lower, the better a choice: it served, nothing is known, it was left or refused. */
  readonly rank: 0 | 1 | 2;
}

/** The decisions that are searched, some months of nights. */
const searchedDecisions = 100;

/** Lists the versions that can serve in place of the one that does, the best choices first. */
export async function listChoices(
  stack: StackReader,
  model: DeployedModel,
  solutionArn: string,
  serving: string,
  unrecorded: UnrecordedMove | undefined,
): Promise<Choice[]> {
  const versions = await listVersions(stack, solutionArn);
  const recorded = await readDecisions(stack, model.name, searchedDecisions);
  const decisions = unrecorded ? [toDecision(model.name, unrecorded), ...recorded] : recorded;
  return versions
    .filter(({ arn, status }) => arn !== serving && status === "ACTIVE")
    .map(({ arn, createdAt }) => ({
      arn,
      createdAt,
      ...markVersion(arn, decisions),
    }))
    .sort((one, other) => one.rank - other.rank || Number(other.createdAt) - Number(one.createdAt));
}

/** Finds what the newest decision on a version says of it. */
function markVersion(arn: string, decisions: readonly Decision[]): Pick<Choice, "mark" | "rank"> {
  // The decisions are the newest first.
  const replaced = decisions.find((decision) => isMove(decision) && decision.incumbent === arn);
  const until = replaced?.decidedAt.slice(0, 16);
  if (replaced?.outcome === "rolled back") return { mark: `left by a rollback ${until}Z`, rank: 2 };
  if (replaced) return { mark: `served until ${until}Z`, rank: 0 };
  const isRefused = decisions.some(({ candidate, outcome }) => candidate === arn && outcome === "kept");
  return { mark: isRefused ? "refused by the gate" : "no decision on record", rank: isRefused ? 2 : 1 };
}

const listed = 5;

export function describeChoices(choices: readonly Choice[]): string {
  const lines = choices
    .slice(0, listed)
    .map(({ arn, createdAt, mark }) => `  ${arn}  trained ${createdAt.toISOString().slice(0, 16)}Z, ${mark}`);
  const more = choices.length - listed;
  return [...lines, ...(more > 0 ? [`  and ${more} more: npx recommender history`] : [])].join("\n");
}
