import { setTimeout } from "node:timers/promises";
import { createWaitFor, type Journey, type Outputs, type WaitFor } from "../../cli/journey/journey";
import type { Aws } from "../../cli/stack/aws";
import type { Account } from "../../local/account";
import type { Clock } from "../../local/account/time/clock";
import type { Deployment } from "../../local/pulumi/deploy";
import { createImportedData } from "./tour-data";

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
export function createTourJourney({ account, aws, deployment, latest, print }: TourSettings): TourJourney {
  const outputs = deployment.outputs as unknown as Outputs;
  return {
    account,
    aws,
    deployment,
    outputs,
    data: createImportedData(account, { outputs, aws }),
    session: `session-${Date.now().toString(36)}`,
    startedAt: new Date(account.clock.now()),
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
  return createWaitFor({
    seconds,
    now: clock.now,
    async pause(_waiting, passed) {
      const length = 1_000 * Math.min(pauses.longest, Math.max(pauses.shortest, passed / 2));
      const most = latest() - clock.now();
      if (most > 0) await clock.advance(Math.min(length, most));
      else await setTimeout(100);
    },
  });
}
