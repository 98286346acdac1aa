import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
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
