import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Functions } from "../state/function";
import { reservedConcurrency } from "./concurrency";

/** In bytes (developer guide, "Lambda quotas"). */
const limits = { TotalCodeSize: 80_530_636_800, CodeSizeUnzipped: 262_144_000, CodeSizeZipped: 52_428_800 };

export function accountSettingsHandlers(functions: Functions, concurrentExecutions: number) {
  return {
    GetAccountSettings(_input, call) {
      const all = [...functions.of(call).values()];
      return {
        AccountLimit: {
          ...limits,
          ConcurrentExecutions: concurrentExecutions,
          UnreservedConcurrentExecutions: concurrentExecutions - reservedConcurrency(all),
        },
        AccountUsage: {
          TotalCodeSize: all.reduce((sum, { latest }) => sum + latest.code.size, 0),
          FunctionCount: all.length,
        },
      };
    },
  } satisfies Handlers<Clients["lambda"]>;
}
