import { randomUUID } from "node:crypto";
import { z } from "zod";
import { quoteForShell } from "../../names/shell";
import { readCampaign } from "../stack/campaign";
import { readDecision, readLastMove } from "../stack/decisions";
import { waitForJob } from "../stack/job";
import { findRollback } from "../stack/retraining-runs";
import { requireAwake } from "../stack/sleep";
import type { DeployedModel, StackReader } from "../stack/stack";
import { findModel, findStack } from "../stack/stack";
import { findUnrecordedMove } from "../stack/unrecorded-move";
import { confirm, requireSomeoneToAsk } from "../terminal/confirm";
import { withInterruption } from "../terminal/interruption";
import { type LocalOptions, suggestCommand } from "../terminal/local-account";
import { type CommandOptions, type Pause, realPause } from "../terminal/poll";
import { print } from "../terminal/print";
import { createProgress } from "../terminal/progress";
import { describeChoices, listChoices } from "./choices";

export interface RollbackOptions extends LocalOptions {
  readonly stack: string;
  readonly model: string;
  /** A solution version's ARN. @default the version before the last promotion */
  readonly to?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** A decision in the output of an execution. */
const decision = z.looseObject({
  model: z.string(),
  outcome: z.string(),
  reason: z.string(),
  candidate: z.string().nullable(),
});
type Decision = z.infer<typeof decision>;

/**
 * Rolls a model's campaign back by an execution of the retraining state machine, waits for its end
 * and prints the decision. Run again after an interruption, it waits for the execution that was
 * started, and does not go back twice. Returns false when nothing was changed.
 */
export async function rollBack(
  { stack: name, model: modelName, to, yes = false, json = false, ...local }: RollbackOptions,
  { pause = realPause }: CommandOptions = {},
): Promise<boolean> {
  const stack = await findStack(name);
  const model = findModel(stack, modelName);
  requireAwake(stack, "roll back");
  requireSomeoneToAsk(yes);
  const version = to === undefined ? "" : ` --to ${quoteForShell(to)}`;
  const again = suggestCommand(`rollback --stack ${quoteForShell(name)} --model ${model.name}${version}`, local);
  const run = { stack, model, to, yes, local, pause, print: json ? () => {} : print };
  const ended = await withInterruption(
    () => `If the rollback of ${model.name} was started, it continues in AWS. To wait for its end: ${again}`,
    () => decide(run),
  );
  print(json ? JSON.stringify([ended]) : describeOutcome(ended));
  return ended.outcome === "rolled back" || ended.candidate === to;
}

interface Run {
  readonly stack: StackReader;
  readonly model: DeployedModel;
  readonly to: string | undefined;
  readonly yes: boolean;
  readonly local: LocalOptions;
  readonly pause: Pause;
  print(line: string): void;
}

/**
 * Returns the decision on the model: of a rollback that is under way, of a new one, or that there
 * is nothing to do.
 */
async function decide(run: Run): Promise<Decision> {
  const { stack, model, to, yes, print } = run;
  const running = await findRollback(stack, model.name);
  if (running !== undefined) {
    print(`A rollback of ${model.name} is already running; waiting for its end (${running}).`);
    const ended = await waitForEnd(running, run);
    if (to === undefined || ended.candidate === to) return ended;
  }
  const { solutionVersionArn: from, solutionArn } = await readCampaign(stack, model);
  const nothing = await findReasonForNothing(run, from);
  if (nothing !== undefined) return { model: model.name, outcome: "kept", candidate: from, reason: nothing };
  const target =
    to === undefined ? await findVersionBefore(run, solutionArn, from) : await checkVersion(run, solutionArn, to);
  if (!yes && !(await confirm(`Roll ${model.name} of the stack ${stack.stack} back from ${from} to ${target}?`))) {
    return { model: model.name, outcome: "kept", candidate: from, reason: "the answer was no." };
  }
  // With a name, so that the SDK's retry of a lost request starts no second execution (API
  // reference, StartExecution).
  const name = `rollback-${model.name}-${randomUUID()}`;
  const input = JSON.stringify({ rollback: { model: model.name, from, to } });
  const request = { stateMachineArn: stack.retrainingArn, name, input };
  const { executionArn = "" } = await stack.call("sfn", "StartExecution", request);
  print(`Rolling back ${model.name} of stack ${stack.stack}. The campaign continues to serve (${executionArn}).`);
  return waitForEnd(executionArn, run);
}

const describeOutcome = ({ model, outcome, candidate, reason }: Decision) =>
  outcome === "rolled back" ? `${model} serves ${candidate} again: ${reason}.` : `Nothing was changed: ${reason}`;

/**
 * Returns the version before the promotion of the one that serves, as the state machine will find
 * it.
 */
async function findVersionBefore(run: Run, solutionArn: string, serving: string): Promise<string> {
  const { stack, model, print } = run;
  const decision = await readDecision(stack, model.name, serving);
  const unrecorded = await findUnrecordedMove(stack, model);
  const versions = await listChoices(stack, model, solutionArn, serving, unrecorded);
  if (unrecorded) {
    const story = `No decision is recorded on the change from ${unrecorded.from} to ${serving}: ${unrecorded.reason}.`;
    if (unrecorded.isRollback) {
      throw new Error(`${story} To go further back, name a version with --to:\n${describeChoices(versions)}`);
    }
    // The state machine records it first, and then goes back to the version that it replaced.
    print(story);
    return decision?.incumbent ?? unrecorded.from;
  }
  if (decision?.incumbent) return decision.incumbent;
  if (versions.length === 0) {
    throw new Error(`There is nothing to go back to: ${serving} is the only version of ${model.name} that can serve.`);
  }
  const cause = decision?.outcome === "unreadable" ? ` (${decision.reason})` : "";
  throw new Error(
    `No recorded decision says which version served before ${serving}${cause}. Name one with --to:\n${describeChoices(versions)}`,
  );
}

async function checkVersion({ stack, model }: Run, solutionArn: string, to: string) {
  if (!to.startsWith(`${solutionArn}/`)) {
    throw new Error(`--to: ${to} is not a version of ${model.name} (${solutionArn}/…)`);
  }
  const described = stack.call("personalize", "DescribeSolutionVersion", { solutionVersionArn: to });
  const { solutionVersion } = await described.catch((error: Error) => {
    throw new Error(`--to: ${to} cannot serve: ${error.message}`);
  });
  if (solutionVersion?.status === "ACTIVE") return to;
  throw new Error(`--to: ${to} cannot serve: it is ${solutionVersion?.status}.`);
}

/**
 * Returns why there is nothing to do: the version serves already, or it is the one that the last
 * rollback chose. That one may have been started by a command that was interrupted.
 */
async function findReasonForNothing({ stack, model, to, local }: Run, serving: string): Promise<string | undefined> {
  if (to !== undefined) return to === serving ? `${serving} serves already.` : undefined;
  const last = await readLastMove(stack, model.name);
  // `to` is null: the version was not named.
  if (last?.candidate !== serving || last.rollback?.to !== null) return undefined;
  const before = (await readDecision(stack, model.name, serving))?.incumbent ?? "<ARN>";
  const further = `rollback --stack ${quoteForShell(stack.stack)} --model ${model.name} --to ${before}`;
  return (
    `it was rolled back from ${last.incumbent} to ${serving} at ${last.decidedAt}. To go back further, name the ` +
    `version:\n  ${suggestCommand(further, local)}`
  );
}

async function waitForEnd(executionArn: string, { stack, model, pause }: Run): Promise<Decision> {
  const progress = createProgress();
  const read = async () => {
    const execution = await stack.call("sfn", "DescribeExecution", { executionArn });
    return { ...execution, jobName: `The rollback of ${model.name}`, creationDateTime: execution.startDate };
  };
  const { status, output = "", error, cause } = await waitForJob(read, progress, pause);
  progress.end();
  if (status !== "SUCCEEDED") throw new Error(`The rollback ${status}: ${error ?? ""} ${cause ?? ""}`.trim());
  const found = z
    .array(decision)
    .safeParse(JSON.parse(output))
    .data?.find((each) => each.model === model.name);
  if (!found) throw new Error(`The rollback changed nothing: ${output}`);
  return found;
}
