// Whatever a campaign does: callers get recommendations in time, from the campaign or from the fallback, and a wrong request
// stays the caller's error.
import { Lambda } from "@aws-sdk/client-lambda";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CallEffect, InvocationEffect } from "../../local/account/host/fault-rule.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type DeployedStack, openDeployedStack } from "../support/deployed-stack.ts";
import { check, longest } from "./property.mts";

/** A hundred times what a call takes, and a tenth of what a slow one takes: a busy machine makes no difference. */
const deadline = 1_000;
const slow = 10_000;

let deployed: DeployedStack;
let lambda: Lambda;
beforeAll(async () => {
  deployed = await openDeployedStack({ servingDeadlineMilliseconds: String(deadline) });
  lambda = new Lambda(sdk(deployed.account));
  // Cold starts are not what is measured.
  for (const name of Object.keys(functions) as FunctionName[]) await invoke(name, functions[name].good[0]);
});
afterAll(() => deployed.close());

const beagle = { animal_species_id: "2", animal_primary_breed_id: "Beagle", animal_size_id: "2", animal_age_id: "3" };
const pets = [{ itemId: "rex", animalMetadata: beagle }, { itemId: "2-Boxer-3-2" }];

/** Requests that must be answered, and requests that must be refused. */
const functions = {
  recommend: {
    operation: "GetRecommendations",
    good: [{ userId: "10042" }, { sessionId: "s-1", limit: 3 }, { body: JSON.stringify({ userId: "unknown" }) }],
    bad: [{ userId: "10042", limit: 0 }, { userID: "10042" }, { filter: "none" }, { body: "{" }],
  },
  rerank: {
    operation: "GetPersonalizedRanking",
    good: [{ userId: "10042", itemMetadataList: pets }, { body: { sessionId: "s-1", itemMetadataList: pets } }],
    bad: [{ userId: "10042" }, { userId: "10042", itemMetadataList: [{ itemId: "" }] }, { body: "[]" }],
  },
} as const;
type FunctionName = keyof typeof functions;

async function invoke(name: FunctionName, request: unknown) {
  const { recommendFunctionName, rerankFunctionName } = deployed.outputs;
  const {
    FunctionError,
    Payload,
    LogResult = "",
  } = await lambda.invoke({
    FunctionName: name === "recommend" ? recommendFunctionName : rerankFunctionName,
    Payload: Buffer.from(JSON.stringify(request)),
    LogType: "Tail",
  });
  const log = Buffer.from(LogResult, "base64").toString();
  const reply = JSON.parse(Buffer.from(Payload ?? []).toString());
  return {
    error: FunctionError === undefined ? undefined : `${FunctionError}: ${log}`,
    status: reply.statusCode as number,
    source: reply.headers?.["x-recommendation-source"] as string | undefined,
  };
}

/**
 * Answers of a service that is not available: its own errors, those of the front of every AWS service, and those that the SDK
 * counts as throttling (@smithy/service-error-classification).
 */
const unavailable: fc.Arbitrary<CallEffect> = fc.oneof(
  fc.record({
    kind: fc.constant("error" as const),
    code: fc.constantFrom(
      "ThrottlingException",
      "Throttling",
      "ThrottledException",
      "RequestThrottled",
      "RequestThrottledException",
      "RequestLimitExceeded",
      "TooManyRequestsException",
      "ProvisionedThroughputExceededException",
      "SlowDown",
      "ResourceNotFoundException",
      "RequestTimeout",
      "RequestTimeoutException",
    ),
    message: fc.constant("Injected."),
    status: fc.constantFrom(400, 429),
  }),
  fc.record({
    kind: fc.constant("error" as const),
    code: fc.constantFrom("InternalServerException", "InternalFailure", "ServiceUnavailable", "Unnamed"),
    message: fc.constant("Injected."),
    status: fc.integer({ min: 500, max: 599 }),
  }),
  fc.constantFrom<CallEffect>({ kind: "drop-before" }, { kind: "drop-after" }, { kind: "latency", milliseconds: slow }),
);

interface Case {
  readonly name: FunctionName;
  readonly effect: CallEffect;
  /** Calls of the campaign that are affected. */
  readonly times: number;
  /** Numbers of requests, modulo how many there are. */
  readonly good: number;
  readonly bad: number;
}
const anyCase: fc.Arbitrary<Case> = fc.record({
  name: fc.constantFrom<FunctionName>("recommend", "rerank"),
  effect: unavailable,
  times: fc.integer({ min: 1, max: 3 }),
  good: fc.nat(20),
  bad: fc.nat(20),
});

/** The client tries twice: its second call may succeed, unless the first one used up the time. */
const isLasting = ({ effect, times }: Case) => effect.kind === "latency" || times >= 2;

/** Throttling had other names than those that the function knew. */
const otherName: Case = {
  name: "recommend",
  effect: { kind: "error", code: "RequestLimitExceeded", message: "Injected.", status: 400 },
  times: 2,
  good: 0,
  bad: 0,
};

async function callersGetAnAnswer(generated: Case): Promise<void> {
  const { name, effect, times } = generated;
  const { operation, good, bad } = functions[name];
  deployed.account.faults.inject({ service: "personalize-runtime", operation, effect, times });
  try {
    const refused = await invoke(name, bad[generated.bad % bad.length]);
    expect(refused).toMatchObject({ error: undefined, status: 400 });
    const answered = await invoke(name, good[generated.good % good.length]);
    // A function that waits longer than its deadline would return the list of a slow campaign.
    const source = isLasting(generated) ? "fallback" : expect.stringMatching(/^(personalize|fallback)$/);
    expect(answered).toMatchObject({ error: undefined, status: 200, source });
  } finally {
    deployed.account.faults.clear();
  }
}

test(
  "callers get an answer in time while the campaign is not available, and 400 for a wrong request",
  async () => {
    await check(40, anyCase, callersGetAnAnswer, [otherName]);
  },
  longest,
);

test("a refusal of the request by the campaign is the caller's error", async () => {
  const effect = { kind: "error", code: "InvalidInputException", message: "No such value of the filter." } as const;
  for (const name of Object.keys(functions) as FunctionName[]) {
    const { operation, good } = functions[name];
    deployed.account.faults.inject({ service: "personalize-runtime", operation, effect });
    expect(await invoke(name, good[0])).toMatchObject({ error: undefined, status: 400 });
  }
});

const effects: readonly InvocationEffect["kind"][] = ["crash-before", "crash-after", "hang"];
const broken: fc.Arbitrary<{ name: FunctionName; kind: InvocationEffect["kind"]; times: number }> = fc.record({
  name: fc.constantFrom<FunctionName>("recommend", "rerank"),
  kind: fc.constantFrom(...effects),
  times: fc.integer({ min: 1, max: 2 }),
});

/** Their callers get an error; the next caller is served. */
async function theNextCallerIsServed({
  name,
  kind,
  times,
}: {
  name: FunctionName;
  kind: InvocationEffect["kind"];
  times: number;
}) {
  const { recommendFunctionName, rerankFunctionName } = deployed.outputs;
  const functionName = name === "recommend" ? recommendFunctionName : rerankFunctionName;
  const [request] = functions[name].good;
  deployed.account.faults.inject({ functionName, effect: { kind }, times });
  try {
    for (let time = 0; time < times; time++) {
      const { FunctionError, Payload } = await lambda.invoke({
        FunctionName: functionName,
        Payload: JSON.stringify(request),
      });
      expect(FunctionError).toBe("Unhandled");
      expect(Buffer.from(Payload ?? []).toString()).toMatch(kind === "hang" ? /timed out/ : /exited/);
    }
    // On a loaded machine a new process may need longer than the deadline.
    const source = expect.stringMatching(/^(personalize|fallback)$/);
    expect(await invoke(name, request)).toMatchObject({ error: undefined, status: 200, source });
  } finally {
    deployed.account.faults.clear();
  }
}

test(
  "a function that crashes or hangs fails its own callers only",
  async () => {
    await lambda.updateFunctionConfiguration({ FunctionName: deployed.outputs.recommendFunctionName, Timeout: 5 });
    await lambda.updateFunctionConfiguration({ FunctionName: deployed.outputs.rerankFunctionName, Timeout: 5 });
    await check(5, broken, theNextCallerIsServed);
  },
  longest,
);
