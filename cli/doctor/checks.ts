import type { Check } from "./check";
import { concurrency } from "./checks/concurrency";
import { credentialsLife } from "./checks/credentials-life";
import { names } from "./checks/names";
import { permissions } from "./checks/permissions";
import { personalize } from "./checks/personalize";
import { personalizeLimits } from "./checks/personalize-limits";
import { personalizeQuotas, serviceQuotas } from "./checks/quotas";
import { stateMachine } from "./checks/state-machine";
import { configuration, costs, identity, program } from "./checks/subject";
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
