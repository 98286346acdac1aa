import type { Account } from "../account/account";
import type { Deployment } from "../pulumi/deploy";
import type { Aws } from "../pulumi/provider/aws";
import { createWaitFor, type Journey, type Outputs } from "./journey";
import { createImportedData } from "./tour-data";

/** What the steps of the tour use as well: the local account, and the results of the deployment. */
export interface TourJourney extends Journey {
  readonly account: Account;
  readonly deployment: Deployment;
}

interface TourSettings {
  readonly account: Account;
  readonly aws: Aws;
  readonly deployment: Deployment;
  print(line: string): void;
}

/** Real seconds: virtual time is much quicker. */
const seconds = { events: 30, archive: 30, retraining: 90 };

/** Creates the journey of the tour on a local account to which the program has just been deployed. */
export function createTourJourney({ account, aws, deployment, print }: TourSettings): TourJourney {
  const outputs = deployment.outputs as unknown as Outputs;
  return {
    account,
    aws,
    deployment,
    outputs,
    data: createImportedData(account, { outputs, aws }),
    session: `session-${Date.now().toString(36)}`,
    startedAt: new Date(account.clock.now()),
    waitFor: createWaitFor({ seconds, pauseMilliseconds: 50 }),
    print,
  };
}
