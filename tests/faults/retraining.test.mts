// Whatever people do and whatever fails during a night: one training at a time, the campaign serves
// a version that is ACTIVE, parameter and decisions agree with it, and every execution ends and is
// recorded.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CallFault, FaultRule, InvocationEffect } from "../../local/account/host/faults/fault-rule.ts";
import type { RequestEntry } from "../../local/account/host/request-log.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { useStack } from "../support/use-stack.mts";
import { check, longest } from "./property.mts";

const prefix = "recommender-small-";
const functionParts = ["check-training-data", "evaluate-model"];
const machineRole = `${prefix}retraining`;
/**
 * Time passes as the work requires, on a machine of any speed, or 4,000 times as fast as real time,
 * so that a training takes longer than an hour, which is its limit here.
 */
type Pace = "by work" | "too fast";
const tooFast = 4_000;
const minute = 60_000;
/** More than an execution takes at most. */
const longestNight = 48 * 60 * minute;

const deployed = await useStack({ rerankingEnabled: "false", trainingTimeoutHours: "1" });
const { account, outputs, personalize, sfn, lambda, readNamedVersion, readServedVersion } = deployed;
// A function that hangs does so until its timeout, in real time.
for (const part of functionParts) await lambda.updateFunctionConfiguration({ FunctionName: prefix + part, Timeout: 5 });

/** A person's action, some minutes after the previous step. */
interface Step {
  readonly minutes: number;
  readonly action:
    | { readonly kind: "start"; readonly input: object }
    /** The schedule, which delivers at least once. */
    | { readonly kind: "schedule"; readonly times: number }
    | { readonly kind: "rollback" }
    /** A rollback to, or an UpdateCampaign with, one of the versions that are ACTIVE. */
    | { readonly kind: "rollback to"; readonly version: number }
    | { readonly kind: "update by hand"; readonly version: number }
    /** What a `pulumi up` does. */
    | { readonly kind: "set the throughput"; readonly to: number }
    | { readonly kind: "stop the training" };
}
interface Case {
  readonly pace: Pace;
  readonly steps: readonly Step[];
  readonly faults: readonly FaultRule[];
}

const version = fc.nat(5);
const action: fc.Arbitrary<Step["action"]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<Step["action"]>(
      { kind: "start", input: { force: true } },
      { kind: "start", input: {} },
      { kind: "schedule", times: 1 },
      { kind: "schedule", times: 2 },
      { kind: "rollback" },
      { kind: "stop the training" },
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rollback to" as const), version }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("update by hand" as const), version }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("set the throughput" as const), to: fc.integer({ min: 1, max: 5 }) }),
  },
);

const effect = fc.constantFrom<CallFault["effect"]>(
  { kind: "error", code: "ThrottlingException", message: "Injected.", status: 429 },
  { kind: "error", code: "InternalFailure", message: "Injected.", status: 500 },
  { kind: "drop-before" },
  { kind: "drop-after" },
);
const callOf = (service: CallFault["service"], ...operations: string[]) =>
  operations.map((operation) => ({ service, operation, caller: machineRole }));
const call = fc.constantFrom(
  ...callOf("personalize", "CreateSolutionVersion", "DescribeSolutionVersion", "StopSolutionVersionCreation"),
  ...callOf("personalize", "DescribeCampaign", "UpdateCampaign"),
  ...callOf("s3", "PutObject", "GetObject"),
  ...callOf("ssm", "GetParameter", "PutParameter"),
  ...callOf("sns", "Publish"),
  ...callOf("sfn", "ListExecutions"),
  ...callOf("cloudwatch", "PutMetricData"),
);
// Two rules of two calls each: fewer failures in a row than the machine's five retries.
const times = fc.integer({ min: 1, max: 2 });
const fault: fc.Arbitrary<FaultRule> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(call, effect, times).map(([call, effect, times]) => ({ ...call, effect, times })) },
  {
    weight: 1,
    arbitrary: fc.record({
      functionName: fc.constantFrom(...functionParts).map((part) => prefix + part),
      effect: fc.constantFrom<InvocationEffect>({ kind: "crash-before" }, { kind: "crash-after" }, { kind: "hang" }),
      times,
    }),
  },
  // The service accepts the call, and the training or the campaign's update fails later.
  {
    weight: 2,
    arbitrary: fc.record({
      service: fc.constant("personalize" as const),
      operation: fc.constantFrom("CreateSolutionVersion", "UpdateCampaign"),
      caller: fc.constant(machineRole),
      effect: fc.constant<CallFault["effect"]>({ kind: "fail-job", message: "An internal error of the service." }),
      times,
    }),
  },
  // Personalize cannot use the key: the training fails.
  {
    weight: 1,
    arbitrary: fc.constant<FaultRule>({
      service: "kms",
      operation: "GenerateDataKey",
      caller: "PersonalizeSession",
      effect: { kind: "error", code: "DisabledException", message: "Injected." },
    }),
  },
);
const anyCase: fc.Arbitrary<Case> = fc.record({
  pace: fc.constantFrom<Pace>("by work", "by work", "too fast"),
  steps: fc.array(fc.record({ minutes: fc.integer({ min: 0, max: 30 }), action }), { minLength: 1, maxLength: 5 }),
  faults: fc.array(fault, { maxLength: 2 }),
});

const active = "ACTIVE";
/** The status of an update that failed; the campaign serves the version before. */
const failed = "CREATE FAILED";
async function versions() {
  const { solutionVersions = [] } = await personalize.listSolutionVersions({});
  return solutionVersions.map(({ solutionVersionArn = "", status = "" }) => ({ arn: solutionVersionArn, status }));
}
async function chooseVersion(number: number): Promise<string> {
  const all = (await versions()).filter(({ status }) => status === active);
  return all[number % all.length]?.arn ?? "";
}

const start = async (input: object) => [await deployed.startMachine(input)];

/**
 * Takes a step; returns the executions that it started. A refusal by the service is an answer, too.
 */
async function take({ action }: Step, scheduledTime: string): Promise<string[]> {
  const campaignArn = outputs.campaignArns.recommendation;
  switch (action.kind) {
    case "start":
      return start(action.input);
    case "schedule":
      return (
        await Promise.all(Array.from({ length: action.times }, () => start({ scheduledTime, force: true })))
      ).flat();
    case "rollback":
      return start({ rollback: { model: "recommendation" } });
    case "rollback to":
      return start({ rollback: { model: "recommendation", to: await chooseVersion(action.version) } });
    case "update by hand":
      await personalize
        .updateCampaign({ campaignArn, solutionVersionArn: await chooseVersion(action.version) })
        .catch(refused);
      return [];
    case "set the throughput": {
      const set = await personalize.updateCampaign({ campaignArn, minProvisionedTPS: action.to }).catch(refused);
      if (set) throughput = action.to;
      return [];
    }
    case "stop the training": {
      const training = (await versions()).find(({ status }) => status === "CREATE IN_PROGRESS");
      if (training) await personalize.stopSolutionVersionCreation({ solutionVersionArn: training.arn }).catch(refused);
      return [];
    }
  }
}
const refused = (error: Error) => {
  if (!/InUse|InvalidInput/.test(error.name)) throw error;
};

type Ended = Awaited<ReturnType<typeof describe>>;
async function describe(executionArn: string) {
  const { status, output = "{}", stopDate, error, cause } = await sfn.describeExecution({ executionArn });
  return {
    arn: executionArn,
    status,
    ended: stopDate?.getTime() ?? Number.POSITIVE_INFINITY,
    skipped: JSON.parse(output).outcome === "skipped",
    failure: `${error}: ${cause}`,
  };
}

/** The decisions of an execution. */
async function decisions(): Promise<{ execution: string; outcome: string; candidate: string | null }[]> {
  const Bucket = outputs.dataBucketName;
  const keys = await deployed.listKeys(Bucket, "decisions/recommendation/");
  return Promise.all(keys.map(async (key) => JSON.parse(await deployed.readText(Bucket, key))));
}

/** Returns true when a call of the log has had its effect. */
const hasRun = ({ error }: RequestEntry) => error === undefined;

/** The throughput of the campaign as it was set last. */
let throughput = 1;
/** The updates of all nights so far. */
const updates: RequestEntry[] = [];
let nights = 0;
async function theNightEndsWell({ pace, steps, faults }: Case): Promise<void> {
  const { clock } = account;
  const scheduledTime = `2030-01-01T00:00:00.${nights++}Z`;
  const forget = account.log.listen((entry) => {
    if (entry.operation === "UpdateCampaign" && (hasRun(entry) || entry.error === "SdkClientException")) {
      updates.push(entry);
    }
  });
  const executions: string[] = [];
  clock.setSpeed(pace === "too fast" ? tooFast : 0);
  try {
    for (const rule of faults) account.faults.inject(rule);
    for (const step of steps) {
      if (pace === "too fast") await clock.sleep(step.minutes * minute, "the next step of the night");
      else await clock.advance(step.minutes * minute);
      executions.push(...(await take(step, scheduledTime)));
    }
    const allEnded = async () => {
      const all = await Promise.all(executions.map(describe));
      return all.every(({ status }) => status !== "RUNNING") ? all : undefined;
    };
    const running = "an execution has not ended";
    const ended = await (pace === "too fast" ? eventually(allEnded, running) : advanceUntil(allEnded, running));
    // On a busy machine calls take hours at this speed, too: the night says nothing.
    fc.pre(pace !== "too fast" || ended.every(({ status }) => status !== "TIMED_OUT"));
    account.faults.clear();
    clock.setSpeed(0);
    const campaign = await advanceUntil(async () => {
      const campaign = await deployed.readCampaign();
      const { status } = campaign.latestCampaignUpdate ?? {};
      return status === undefined || status === active || status === failed ? campaign : undefined;
    }, "the campaign's update has not ended");
    await expectNoOverlap(ended);
    await expectRecords(ended);
    expect(campaign.minProvisionedTPS).toBe(throughput);
    const serving = campaign.solutionVersionArn ?? "";
    expect((await versions()).find(({ arn }) => arn === serving)?.status).toBe(active);
    await expectAgreement(serving);
  } finally {
    forget();
    account.faults.clear();
  }
}

/**
 * Advances the account's clock, which waits for the work that is due, until `look` returns a value.
 */
async function advanceUntil<T>(look: () => Promise<T | undefined>, otherwise: string): Promise<T> {
  for (let passed = 0; passed < longestNight; passed += minute) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await account.clock.advance(minute);
  }
  throw new Error(otherwise);
}

/** At most one execution trains at a time. */
async function expectNoOverlap(ended: readonly Ended[]): Promise<void> {
  const training = (await Promise.all(ended.map(trainingOf))).filter((one) => one !== undefined);
  training.sort((a, b) => a.begun - b.begun);
  const overlapping = training.filter(({ begun }, place) => begun < (training[place - 1]?.ended ?? 0));
  expect(overlapping).toEqual([]);
}

/** An execution from the start of its training on, if there was one. */
async function trainingOf({ arn, ended }: Ended): Promise<{ arn: string; begun: number; ended: number } | undefined> {
  const { events = [] } = await sfn.getExecutionHistory({ executionArn: arn, maxResults: 100 });
  const first = events.find(({ stateEnteredEventDetails: state }) => state?.name === "Create a solution version");
  return first?.timestamp && { arn, begun: first.timestamp.getTime(), ended };
}

/**
 * Every execution succeeded or failed with a cause; those that began with a model have a decision.
 */
async function expectRecords(ended: readonly Ended[]): Promise<void> {
  const recorded = new Set((await decisions()).map(({ execution }) => execution));
  for (const { arn, status, skipped, failure } of ended) {
    expect(["SUCCEEDED", "FAILED"], failure).toContain(status);
    if (status === "SUCCEEDED" && !skipped) expect(recorded, `${arn} has no decision`).toContain(arn);
    if (status === "FAILED" && failure.startsWith("ModelFailed")) expect(recorded, failure).toContain(arn);
  }
}

/**
 * Parameter and decision are those of the version that serves, unless a person was the last one who
 * chose it.
 */
async function expectAgreement(serving: string): Promise<void> {
  const choices = updates.filter(
    ({ input }) => (input as { solutionVersionArn?: string }).solutionVersionArn === serving,
  );
  if (!choices.at(-1)?.principal.includes(machineRole)) return;
  const said = (await decisions()).filter(({ candidate }) => candidate === serving).map(({ outcome }) => outcome);
  const agreed = said.some((outcome) => ["promoted", "rolled back"].includes(outcome));
  expect({ parameter: await readNamedVersion(), agreed, said }).toEqual({ parameter: serving, agreed: true, said });
}

const failLater = (operation: string): Case => ({
  pace: "by work",
  steps: [{ minutes: 0, action: { kind: "start", input: { force: true } } }],
  faults: [
    {
      service: "personalize",
      operation,
      caller: machineRole,
      effect: { kind: "fail-job", message: "An internal error of the service." },
    },
  ],
});

test(
  "a night with people and failures ends with one version that serves, and a record of everything",
  async () => {
    await check(4, anyCase, theNightEndsWell, [failLater("CreateSolutionVersion"), failLater("UpdateCampaign")]);
  },
  longest,
);

test("a run that is stopped after its update is completed by the next one, which a rollback then undoes", async () => {
  const before = await readServedVersion();
  const hasEnded = async (executionArn: string) => {
    const found = await describe(executionArn);
    return found.status === "RUNNING" ? undefined : found;
  };
  const forget = account.log.listen((entry) => {
    if (entry.operation === "UpdateCampaign" && hasRun(entry)) updates.push(entry);
  });
  try {
    const known = updates.length;
    const [stopped = ""] = await start({ force: true });
    await advanceUntil(async () => (updates.length > known ? true : undefined), "the campaign was not updated");
    await sfn.stopExecution({ executionArn: stopped });
    const serving = await advanceUntil(async () => {
      const now = await readServedVersion();
      return now === before ? undefined : now;
    }, "the update has not ended");
    expect(await readNamedVersion()).toBe(before);

    // Nothing is new for a training.
    const [skipped = ""] = await start({});
    const ended = await advanceUntil(() => hasEnded(skipped), "the run has not ended");
    expect(ended).toMatchObject({ status: "SUCCEEDED", skipped: true });
    await expectAgreement(serving);
    expect(await readNamedVersion()).toBe(serving);

    const [rollback = ""] = await start({ rollback: { model: "recommendation" } });
    expect(await advanceUntil(() => hasEnded(rollback), "the rollback has not ended")).toMatchObject({
      status: "SUCCEEDED",
    });
    expect(await readServedVersion()).toBe(before);
    expect(await readNamedVersion()).toBe(before);
  } finally {
    forget();
  }
});
