import type { InjectedFaults } from "../../account/host/faults/injected-faults";
import type { AccountHost } from "../../account/host/host";
import type { RequestLog } from "../../account/host/request-log";
import type { Host } from "../../account/host/service";
import type { lambda } from "../../account/services/lambda/lambda";
import type { personalize } from "../../account/services/personalize/personalize";
import type { Sns } from "../../account/services/sns/sns";
import type { Clock } from "../../account/time/clock";

/**
 * The console's access to the account: services through calls, and what no AWS operation returns.
 */
export interface AccountAccess {
  readonly host: Pick<AccountHost, "listOperations"> & Host;
  readonly clock: Clock;
  readonly log: RequestLog;
  readonly faults: InjectedFaults;
  /** Names of the services that the account has. */
  readonly services: readonly string[];
  readonly functions: Pick<ReturnType<typeof lambda>, "listNames">;
  readonly sns: Sns;
  readonly personalize: ReturnType<typeof personalize>;
  /** Texts of the program that started the account. */
  readonly labels: Readonly<Record<string, string>>;
}
