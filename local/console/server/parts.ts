import type { Clock } from "../../account/endpoint/clock";
import type { InjectedFaults } from "../../account/endpoint/injected-faults";
import type { RequestLog } from "../../account/endpoint/request-log";
import type { Host } from "../../account/endpoint/service";
import type { Keep } from "../../account/keep/keeper";
import type { personalize } from "../../account/services/personalize/personalize";
import type { Sns } from "../../account/services/sns/sns";

/** What the console sees of the account: services through calls, and what no AWS operation returns. */
export interface Parts {
  readonly host: Host;
  readonly clock: Clock;
  readonly log: RequestLog;
  readonly faults: InjectedFaults;
  /** Names of the services that the account has. */
  readonly services: readonly string[];
  readonly sns: Sns;
  readonly personalize: ReturnType<typeof personalize>;
  /** The stack that `npm start` deployed, if it did. */
  readonly tourStack: { readonly name?: string };
  /** Where the account keeps its state; absent when it does not. */
  readonly keep: Keep | undefined;
}
