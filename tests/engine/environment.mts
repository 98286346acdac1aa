import { Lambda } from "@aws-sdk/client-lambda";
import { Personalize } from "@aws-sdk/client-personalize";
import { SFN } from "@aws-sdk/client-sfn";
import type { RecommenderContract } from "../../contract/index.js";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type Engine, openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { writeSmallData } from "../support/small-data.ts";

/** A stack of the whole program in an account, as its team and its callers see it. */
export interface Environment {
  readonly account: Account;
  readonly engine: Engine;
  readonly personalize: Personalize;
  outputs(): Promise<RecommenderContract>;
  /** Invokes recommend-pets for a visitor; returns the list and its source. */
  recommend(request: object): Promise<{ ids: string[]; source: string | undefined }>;
  /** Runs the retraining, even without new data, and waits until it has succeeded. */
  retrain(): Promise<void>;
}

export interface EnvironmentOptions {
  /** @default a new account */
  readonly account?: Account;
  /** Keys of the program, without their prefix. */
  readonly config?: Readonly<Record<string, string>>;
  /** Added to the environment of the engine's commands. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * A stack of the whole program, small enough for a test: 300 visitors, nothing protected, a
 * schedule that does not come by during the test, and a gate that every version passes. Nothing is
 * deployed yet.
 */
export async function openEnvironment(
  stack: string,
  { account, config = {}, variables = {} }: EnvironmentOptions = {},
): Promise<Environment> {
  const on = account ?? (await startAccount({ speed: hurriedSpeed }));
  const engine = await openEngine({ account: on, stack, variables });
  engine.configure({
    ...writeSmallData(engine.folder),
    deletionProtection: "false",
    retrainingSchedule: "cron(0 3 29 2 ? *)",
    promotionThreshold: "0",
    allowedMetricDrop: "1",
    // A loaded machine must not turn a slow answer into a fallback.
    servingDeadlineMilliseconds: "20000",
    ...config,
  });
  const lambda = new Lambda(sdk(on));
  const sfn = new SFN(sdk(on));
  const outputs = () => engine.outputs<RecommenderContract>();
  let recommendFunctionName: string | undefined;
  return {
    account: on,
    engine,
    personalize: new Personalize(sdk(on)),
    outputs,
    async recommend(request) {
      recommendFunctionName ??= (await outputs()).recommendFunctionName;
      const { Payload } = await lambda.invoke({
        FunctionName: recommendFunctionName,
        Payload: Buffer.from(JSON.stringify(request)),
      });
      const answer = Buffer.from(Payload ?? []).toString("utf8");
      const { statusCode, headers, body } = JSON.parse(answer);
      if (statusCode !== 200) throw new Error(`recommend-pets answered ${answer}`);
      const ids = (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
      return { ids, source: headers["x-recommendation-source"] };
    },
    async retrain() {
      const { retrainingStateMachineArn: stateMachineArn } = await outputs();
      const { executionArn } = await sfn.startExecution({ stateMachineArn, input: '{"force": true}' });
      const done = await eventually(async () => {
        const execution = await sfn.describeExecution({ executionArn });
        return execution.status === "RUNNING" ? undefined : execution;
      }, "the retraining is still running");
      if (done.status !== "SUCCEEDED") throw new Error(`The retraining ${done.status}: ${done.error} ${done.cause}`);
    },
  };
}
