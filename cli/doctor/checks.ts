import type { Check } from "./check";
import { concurrency } from "./checks/concurrency";
import { configuration } from "./checks/configuration";
import { costs } from "./checks/costs";
import { credentialsLife } from "./checks/credentials-life";
import { identity } from "./checks/identity";
import { names } from "./checks/names";
import { permissions } from "./checks/permissions";
import { personalize } from "./checks/personalize";
import { personalizeLimits } from "./checks/personalize-limits";
import { program } from "./checks/program";
import { personalizeQuotas, serviceQuotas } from "./checks/quotas";
import { stateMachine } from "./checks/state-machine";
import { nodeVersion, pulumiVersion } from "./checks/tools";

/** Every check, in the order in which they are printed. */
export const checks: readonly Check[] = [
  nodeVersion,
  pulumiVersion,
  configuration,
  costs,
  identity,
  program,
  credentialsLife,
  personalize,
  serviceQuotas,
  personalizeQuotas,
  personalizeLimits,
  concurrency,
  permissions,
  names,
  stateMachine,
];
