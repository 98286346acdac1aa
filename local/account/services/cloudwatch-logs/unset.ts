import type { Clients } from "../../endpoint/clients";
import type { Caller, Handlers } from "../../endpoint/service";
import type { LogGroup } from "./log-group";

interface Named {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}

/** What cannot be made here; reading it says what an account says that has made none. */
export function unsetHandlers(find: (caller: Caller, input: Named) => LogGroup) {
  return {
    DescribeAccountPolicies: () => ({ accountPolicies: [] }),
    DescribeDestinations: () => ({ destinations: [] }),
    DescribeExportTasks: () => ({ exportTasks: [] }),
    DescribeQueries: () => ({ queries: [] }),
    DescribeQueryDefinitions: () => ({ queryDefinitions: [] }),
    DescribeIndexPolicies(input, call) {
      for (const logGroupIdentifier of input.logGroupIdentifiers ?? []) find(call, { logGroupIdentifier });
      return { indexPolicies: [] };
    },
    GetDataProtectionPolicy(input, call) {
      find(call, input);
      return { logGroupIdentifier: input.logGroupIdentifier };
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}
