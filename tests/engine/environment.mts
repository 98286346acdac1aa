import { Personalize } from "@aws-sdk/client-personalize";
import type { RecommenderContract } from "../../contract/index.js";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { openGate, seldom } from "../support/deployed-stack.ts";
import { openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { writeSmallData } from "../support/small-data.ts";
import { createStackUse, type StackUse } from "../support/stack-use.ts";

/** A stack of the whole program in an account, as its team and its callers see it. */
export type Environment = Awaited<ReturnType<typeof openEnvironment>>;

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
) {
  const on = account ?? (await startAccount({ speed: hurriedSpeed }));
  const engine = await openEngine({ account: on, stack, variables });
  engine.configure({
    ...writeSmallData(engine.folder),
    deletionProtection: "false",
    retrainingSchedule: seldom,
    ...openGate,
    // A loaded machine must not turn a slow answer into a fallback.
    servingDeadlineMilliseconds: "20000",
    ...config,
  });
  const outputs = () => engine.outputs<RecommenderContract>();
  const use = async () => createStackUse(on, await outputs());
  /** Read once: outputs that are read during an `up` are those before it. */
  let called: { use: StackUse; name: string } | undefined;
  return {
    account: on,
    engine,
    personalize: new Personalize(sdk(on)),
    outputs,
    /** Invokes recommend-pets for a visitor; returns the list and its source. */
    async recommend(request: object) {
      called ??= { use: await use(), name: (await outputs()).recommendFunctionName };
      const answer = await called.use.invoke(called.name, request);
      const { statusCode, headers, body } = answer;
      if (statusCode !== 200) throw new Error(`recommend-pets answered ${JSON.stringify(answer)}`);
      const ids = (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
      return { ids, source: headers?.["x-recommendation-source"] };
    },
    /** What can be done with it once it is deployed. */
    use,
  };
}
