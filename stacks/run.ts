import * as pulumi from "@pulumi/pulumi";
import { requireNetwork } from "../components/platform/network";
import type { Access } from "../dynamic-providers/service/access";
import type { StackName } from "../names/physical-names";
import { Refusal } from "../names/refusal";
import type { StackConfig } from "./config/config";
import { describeLeftOut } from "./config/event-weights";
import { readStack } from "./config/read-stack";
import { readSettings } from "./config/settings";
import { describeCosts } from "./costs/estimate";
import { readStackAccess, requireCredentials, requireGoodKeys } from "./credentials";
import { endWithEngine } from "./end-of-engine";
import { requireUnusedExperiment } from "./experiment-name";
import { requireOwnNames } from "./name-owner";
import type { RecommenderOutputs } from "./outputs-and-parameters";
import { requireOwnParameters } from "./parameter-owner";
import { type FoundInAccount, Recommender } from "./recommender";
import { requireConcurrency } from "./reserved-concurrency";
import { requireNoRetraining } from "./running-retraining";
import { readServingVersions } from "./serving-versions";

/**
 * Runs the program: reads the settings, checks them with what the account has, and creates the
 * resources. Without an engine, as in `doctor`, it runs without AWS.
 */
export async function run(): Promise<RecommenderOutputs> {
  if (pulumi.runtime.hasEngine()) endWithEngine();
  try {
    const given = readSettings();
    const access = pulumi.runtime.hasEngine() ? readStackAccess() : undefined;
    const checks = [...given.checks, ...(access ? [() => requireGoodKeys(access)] : [])];
    const { config, data, ofFirstUp } = readStack({ ...given, checks });
    const found = access && (await look(access, given, config));
    await requireUnusedExperiment(given, config);
    if (pulumi.runtime.hasEngine() && !access) pulumi.log.warn(notLooked);
    if (ofFirstUp) reportOfFirstUp(ofFirstUp, found);
    const { outputs, alarmMetrics } = new Recommender("recommender", config, data, found);
    const notes = [describeCosts(config, alarmMetrics), describeLeftOut(data.eventTypes, config)];
    for (const note of notes) if (note) pulumi.log.info(note);
    return outputs;
  } catch (error) {
    return endWithoutTrace(error as Error);
  }
}

const startedMeanwhile =
  "It began before its schedule was off, which it is now; the campaigns and functions are as they were.";

const notLooked =
  "aws:skipCredentialsValidation is true, so that this run did not look at the account: not whether names and parameters " +
  "belong to another stack, whether a retraining runs, whether Lambda allows what the functions reserve, or which versions serve.";

/**
 * Throws before the first `up`, and warns after it: the events on the stream count too, which a
 * preview does not see.
 */
export function reportOfFirstUp(
  { error, text }: { error: Error; text: string },
  found: FoundInAccount | undefined,
): void {
  if (found?.ownParameters?.size === 0) throw error;
  pulumi.log.warn(
    `Too few events were imported:\n${text}\nA preview does not see those that the stream has brought since the first \`up\`. ` +
      "If they are too few as well, the next training fails, and its reason says so.",
  );
}

/** Looks at the account, and throws what the stack cannot have there. */
async function look(access: Access, name: StackName, config: StackConfig): Promise<FoundInAccount> {
  await requireCredentials(access);
  await requireOwnNames(access, name);
  const ownParameters = await requireOwnParameters(access, name, config);
  await requireNetwork(config.network);
  await requireNoRetraining(access, name, config);
  const notRead = await requireConcurrency(access, name, config);
  if (notRead !== undefined) pulumi.log.warn(notRead);
  return {
    ownParameters,
    servingVersions: await readServingVersions(access, name, config),
    requireNoLateRetraining: () => requireNoRetraining(access, name, config, startedMeanwhile),
  };
}

/**
 * Ends the program. The engine prints where an error was thrown, except for a RunError: a refusal
 * is the user's mistake, and its message has the remedy. Each other error keeps its trace.
 */
export function endWithoutTrace(error: Error): never {
  throw error instanceof Refusal ? new pulumi.RunError(error.message) : error;
}
