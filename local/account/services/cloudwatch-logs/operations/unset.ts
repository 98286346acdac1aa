import type { Clients } from "../../../endpoint/clients";
import type { Handlers } from "../../../endpoint/service";
import type { LogGroups } from "../state/log-groups";

/** Resources that cannot be created here: lists are empty, as in an account without any. */
export function unsetHandlers(groups: LogGroups) {
  return {
    DescribeAccountPolicies: () => ({ accountPolicies: [] }),
    DescribeDestinations: () => ({ destinations: [] }),
    DescribeExportTasks: () => ({ exportTasks: [] }),
    DescribeQueries: () => ({ queries: [] }),
    DescribeQueryDefinitions: () => ({ queryDefinitions: [] }),
    DescribeIndexPolicies(input, call) {
      for (const logGroupIdentifier of input.logGroupIdentifiers ?? []) groups.find(call, { logGroupIdentifier });
      return { indexPolicies: [] };
    },
    GetDataProtectionPolicy(input, call) {
      groups.find(call, input);
      return { logGroupIdentifier: input.logGroupIdentifier };
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}
