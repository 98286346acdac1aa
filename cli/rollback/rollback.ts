import { randomUUID } from "node:crypto";
import { z } from "zod";
import { quoteForShell } from "../../names/shell";
import { listVersions, readCampaign } from "../stack/campaign";
import { readDecision, readLastRollback } from "../stack/decisions";
import { waitForJob } from "../stack/job";
import { findRollback } from "../stack/retraining-runs";
import type { DeployedModel, StackReader } from "../stack/stack";
import { findModel, findStack } from "../stack/stack";
import { confirm } from "../terminal/confirm";
import { withInterruption } from "../terminal/interruption";
import { type LocalOptions, suggestCommand } from "../terminal/local-account";
import { type CommandOptions, type Pause, realPause } from "../terminal/poll";
import { print } from "../terminal/print";
import { createProgress } from "../terminal/progress";

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
 * started, and does not go back twice.
 */
export async function rollBack(
  { stack: name, model: modelName, to, yes = false, json = false, ...local }: RollbackOptions,
  { pause = realPause, requireAnswer }: CommandOptions = {},
): Promise<void> {
  const stack = await findStack(name);
  const model = findModel(stack, modelName);
  requireAnswer?.();
  const run = { stack, model, to, yes, local, pause, print: json ? () => {} : print };
  let progress = "Nothing was started.";
  const ended = await withInterruption(
    () => progress,
    () =>
      decide(run, (executionArn) => {
        progress = describeProgress(run, executionArn);
      }),
  );
  print(json ? JSON.stringify([ended]) : describeOutcome(ended));
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
 * Describes the execution that continues in AWS after an interruption. Without an ARN, the answer
 * to the start is not there yet.
 */
function describeProgress({ stack: { stack }, model, to, local }: Run, executionArn?: string): string {
  const version = to === undefined ? "" : ` --to ${quoteForShell(to)}`;
  const again = suggestCommand(`rollback --stack ${quoteForShell(stack)} --model ${model.name}${version}`, local);
  if (executionArn === undefined) return `A rollback may have been started. Run it again to wait for its end: ${again}`;
  const look = `aws stepfunctions describe-execution --execution-arn ${quoteForShell(executionArn)}`;
  return `The rollback of ${model.name} continues in AWS. To look at it: ${look}\nTo wait for its end: ${again}`;
}

/**
 * Returns the decision on the model: of a rollback that is under way, of a new one, or that there
 * is nothing to do.
 */
async function decide(run: Run, onStart: (executionArn?: string) => void): Promise<Decision> {
  const { stack, model, to, yes, print } = run;
  const running = await findRollback(stack, model.name);
  if (running !== undefined) {
    onStart(running);
    print(`A rollback of ${model.name} is already running; waiting for its end (${running}).`);
    const ended = await waitForEnd(running, run);
    if (to === undefined || ended.candidate === to) return ended;
  }
  const { solutionVersionArn: from, solutionArn } = await readCampaign(stack, model);
  const nothing = await findReasonForNothing(run, solutionArn, from);
  if (nothing !== undefined) return nothing;
  const target =
    to === undefined ? await findVersionBefore(run, solutionArn, from) : await checkVersion(run, solutionArn, to);
  if (!yes && !(await confirm(`Roll ${model.name} of the stack ${stack.stack} back from ${from} to ${target}?`))) {
    return { model: model.name, outcome: "kept", candidate: from, reason: "the answer was no." };
  }
  onStart();
  // With a name, so that the SDK's retry of a lost request starts no second execution (API
  // reference, StartExecution).
  const name = `rollback-${model.name}-${randomUUID()}`;
  const input = JSON.stringify({ rollback: { model: model.name, from, to } });
  const request = { stateMachineArn: stack.retrainingArn, name, input };
  const { executionArn = "" } = await stack.call("sfn", "StartExecution", request);
  onStart(executionArn);
  print(`Rolling back ${model.name} of stack ${stack.stack}. The campaign continues to serve (${executionArn}).`);
  return waitForEnd(executionArn, run);
}

const describeOutcome = ({ model, outcome, candidate, reason }: Decision) =>
  outcome === "rolled back" ? `${model} serves ${candidate} again: ${reason}.` : `Nothing was changed: ${reason}`;

/**
 * Returns the version before the promotion of the one that serves, as the state machine will find
 * it.
 */
async function findVersionBefore({ stack, model }: Run, solutionArn: string, serving: string): Promise<string> {
  const { name } = model;
  const decision = await readDecision(stack, name, serving);
  if (decision?.incumbent) return decision.incumbent;
  const versions = await listVersions(stack, solutionArn);
  // The run that promoted it was stopped before it recorded that, which the state machine does
  // first.
  const recorded = versions.find(({ arn }) => arn === model.recordedVersion);
  if (decision === undefined && recorded && recorded.arn !== serving) return recorded.arn;
  const others = versions.filter(({ arn, status }) => arn !== serving && status === "ACTIVE");
  if (others.length === 0)
    throw new Error(`There is nothing to go back to: ${serving} is the only version of ${name} that can serve.`);
  const cause = decision?.outcome === "unreadable" ? ` (${decision.reason})` : "";
  const newest = others.sort((one, other) => Number(other.createdAt) - Number(one.createdAt)).slice(0, 5);
  const lines = newest.map(({ arn, createdAt }) => `  ${arn}  trained ${createdAt.toISOString().slice(0, 16)}Z`);
  throw new Error(
    `No recorded decision says which version served before ${serving}${cause}. Name one with --to:\n${lines.join("\n")}`,
  );
}

async function checkVersion({ stack, model }: Run, solutionArn: string, to: string) {
  if (!to.startsWith(`${solutionArn}/`))
    throw new Error(`--to: ${to} is not a version of ${model.name} (${solutionArn}/…)`);
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
async function findReasonForNothing(run: Run, solutionArn: string, serving: string): Promise<Decision | undefined> {
  const { stack, to, local } = run;
  const { name: model } = run.model;
  const keep = (reason: string): Decision => ({ model, outcome: "kept", candidate: serving, reason });
  if (to === serving) return keep(`${serving} serves already.`);
  if (to !== undefined) return undefined;
  const last = await readLastRollback(stack, model);
  const before = (await readDecision(stack, model, serving))?.incumbent;
  const wasChosen = last?.candidate === serving && last.rollback && !last.rollback.to;
  const left = wasChosen ? last.incumbent : await findLeftVersion(run, solutionArn, serving);
  if (left === undefined) return undefined;
  const when = wasChosen ? `at ${last.decidedAt}` : "by a run that was stopped";
  return keep(
    `it was rolled back from ${left} to ${serving} ${when}. To go back further, name the version:\n` +
      `  ${suggestCommand(`rollback --stack ${quoteForShell(stack.stack)} --model ${model} --to ${before ?? "<ARN>"}`, local)}`,
  );
}

/**
 * Finds the version that a rollback has left which was stopped before it recorded that: a newer one
 * than serves.
 */
async function findLeftVersion({ stack, model }: Run, solutionArn: string, serving: string) {
  if (model.recordedVersion === undefined || model.recordedVersion === serving) return undefined;
  const versions = await listVersions(stack, solutionArn);
  const trainedAt = (version: string) => Number(versions.find(({ arn }) => arn === version)?.createdAt);
  return trainedAt(serving) < trainedAt(model.recordedVersion) ? model.recordedVersion : undefined;
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
