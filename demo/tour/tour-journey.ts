import { setTimeout } from "node:timers/promises";
import { readImportedData } from "../../cli/journey/imported-data";
import { failUnless, type Journey } from "../../cli/journey/journey";
import { createWaitFor, type WaitFor } from "../../cli/journey/wait-for";
import type { Aws } from "../../cli/stack/aws";
import { readStack } from "../../cli/stack/stack";
import type { Account } from "../../local/account";
import type { Clock } from "../../local/account/time/clock";
import type { Deployment } from "../../local/pulumi/deploy";

/**
 * A journey with the members that only the tour's steps use: the local account, and the results of
 * the deployment.
 */
export interface TourJourney extends Journey {
  readonly account: Account;
  readonly deployment: Deployment;
}

interface TourSettings {
  readonly account: Account;
  readonly aws: Aws;
  readonly deployment: Deployment;
  /** The latest time to which a wait may move the account's clock. */
  latest(): number;
  print(line: string): void;
}

/**
 * Creates the journey of the tour on a local account to which the program has just been deployed.
 */
export async function createTourJourney(settings: TourSettings): Promise<TourJourney> {
  const { account, aws, deployment, latest, print } = settings;
  const prefix = String(deployment.outputs.parameterPrefix);
  const facts = await readStack(aws.call, prefix.split("/").at(-1) ?? "");
  failUnless(facts !== undefined, `there are no parameters below ${prefix}`);
  const place = { account: facts.datasetGroupArn.split(":")[4] ?? "", region: aws.region };
  const stack = { ...facts, ...place, call: aws.call, now: new Date(account.clock.now()) };
  return {
    account,
    deployment,
    stack,
    data: await readImportedData(stack),
    session: "session-tour",
    waitFor: createVirtualWaitFor(account.clock, latest),
    print,
  };
}

const minute = 60;
/**
 * Seconds of the account's clock, as long as on AWS: what the account does between two looks takes
 * no part of them.
 */
const seconds = { events: 10 * minute, archive: 30 * minute, retraining: 24 * 60 * minute };
/**
 * In seconds. A pause is half of what has passed: the clock moves little further than what is
 * waited for needs.
 */
const pauses = { shortest: 1, longest: minute };

/**
 * Creates a `WaitFor` that moves the account's clock instead of waiting, and waits for the work
 * that is then due. So a slow machine, which works longer, passes no more of the account's time
 * than a quick one.
 */
export function createVirtualWaitFor(clock: Clock, latest: () => number): WaitFor {
  return createWaitFor(seconds, async (_waiting, passed) => {
    const before = clock.now();
    const length = 1_000 * Math.min(pauses.longest, Math.max(pauses.shortest, passed / 2));
    const most = latest() - before;
    if (most > 0) await clock.advance(Math.min(length, most));
    else await setTimeout(100);
    return (clock.now() - before) / 1_000;
  });
}
