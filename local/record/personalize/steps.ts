import { findDocumentedStatus } from "./documented";
import type { Fixture } from "./fixture";
import { making } from "./making";
import type { Operations, Suite } from "./operation";
import { listOperations, modelOperations, operationOf } from "./operations";
import { deletionSteps } from "./steps/deletions";
import { modelSteps } from "./steps/models";
import { modelMetrics, requestMetrics, serviceCalls } from "./steps/observations";
import { deletionJobSteps, modelQuestionSteps, questionSteps } from "./steps/open-questions";
import { firstHourSteps, setUpSteps } from "./steps/set-up";
import type { Step } from "./steps/step";
import type { World } from "./world";

/**
 * The names in the table are needed before there are resources; its requests are sent with the real
 * ones only.
 */
export const namedOperations: Operations = listOperations({ world: {}, fixture: { ranking: {} }, making: {} } as Suite);

/** The material of a run, empty: the first steps fill it. */
export function createSuite(world: World): Suite {
  const fixture = { ranking: {} } as Fixture;
  return { world, fixture, making: making(world, fixture) };
}

/** All steps, in their order. A stage has the steps with its number and those with smaller ones. */
export function listSteps(): Step[] {
  const operations = listOperationSteps();
  const of = (stage: number) => operations.filter((step) => step.stage === stage);
  return [
    ...firstHourSteps,
    ...setUpSteps,
    ...of(0),
    ...questionSteps,
    requestMetrics,
    serviceCalls,
    ...modelSteps,
    ...modelQuestionSteps,
    ...of(1),
    modelMetrics,
    ...deletionJobSteps,
    ...deletionSteps,
  ];
}

export const stepsOf = (stage: 0 | 1) => listSteps().filter((step) => step.stage <= stage);

/** The steps that an evening should not end without. */
export const listFirstHour = (): Step[] => [...firstHourSteps, serviceCalls];

/** Runs a step and records it, and removes what it made for itself. */
export async function runStep({ world, ...suite }: Suite, step: Step): Promise<void> {
  const { name, stage, settles, isNeeded, run } = step;
  try {
    const about = { step: name, stage, ...(settles && { settles }) };
    await world.recorder.step(about, () => run({ world, ...suite }));
  } catch (error) {
    // The run ends now, and everything is removed, what costs money first.
    if (!isNeeded && !world.stop?.aborted) await suite.making.clear(true);
    throw error;
  }
  await suite.making.clear(false);
}

/**
 * Each operation's success, and each of its errors. Cases that make something first take long: they
 * wait for stage 1.
 */
function listOperationSteps(): Step[] {
  const ofModels = new Set(Object.keys(modelOperations({ world: {}, fixture: { ranking: {} }, making: {} } as Suite)));
  return Object.entries(namedOperations).flatMap(([name, { once, errors }]) => {
    const stage = ofModels.has(name) ? 1 : 0;
    const success: Step = { name: `${name} succeeds`, stage, run: (suite) => succeed(suite, name) };
    const refusals = Object.entries(errors).map(
      ([error, given]): Step => ({
        name: `${name} with ${error}`,
        stage: typeof given === "function" ? 1 : stage,
        run: (suite) => refuse(suite, name, error),
      }),
    );
    return [...(once ? [] : [success]), ...refusals];
  });
}

async function succeed(suite: Suite, name: string): Promise<undefined> {
  await operationOf(suite, name).send();
}

async function refuse(suite: Suite, name: string, error: string): Promise<undefined> {
  const { send, errors } = operationOf(suite, name);
  const given = errors[error] ?? {};
  const changes = typeof given === "function" ? await given() : given;
  await expectRefusal(name, error, send(changes));
}

/**
 * @throws unless a request is refused with an error, and with the status that is documented for it
 */
export async function expectRefusal(name: string, error: string, sent: Promise<unknown>): Promise<void> {
  const answer = await sent.then(
    () => "success",
    (thrown) => `${thrown.name} ${thrown.$metadata?.httpStatusCode}`,
  );
  const documented = `${error} ${findDocumentedStatus(name, error)}`;
  if (answer !== documented) throw new Error(`${name} answered ${answer}; documented is ${documented}.`);
}
