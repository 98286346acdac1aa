import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidParameter } from "../faults";
import { type Functions, findFunction, type LambdaFunction } from "../state/function";
import { qualifierOf } from "../state/function-name";

/**
 * How much of the account's concurrency functions without a reservation keep (developer guide,
 * "Configuring reserved concurrency"). Of a new account, which has less, AWS keeps all: "below its
 * minimum value of [10]" and "[50]" (answers in the issues aws-samples/alarm-context-tool 2 and
 * aws-samples/s3-to-lambda-patterns 36).
 */
const leastUnreserved = (concurrentExecutions: number) => Math.min(100, concurrentExecutions);

/** Adds up what functions reserve of the account's concurrency. */
export const reservedConcurrency = (functions: Iterable<LambdaFunction>): number =>
  Array.from(functions, ({ concurrency }) => concurrency?.ReservedConcurrentExecutions ?? 0).reduce((a, b) => a + b, 0);

export function concurrencyHandlers(functions: Functions, concurrentExecutions: number) {
  return {
    PutFunctionConcurrency(input, call) {
      const fn = findFunction(functions, call, input);
      if (qualifierOf(input) !== undefined) {
        throw invalidParameter(
          "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. " +
            "Please specify either a function name or an unqualified function ARN.",
        );
      }
      const others = [...functions.of(call).values()].filter((other) => other !== fn);
      const wanted = input.ReservedConcurrentExecutions ?? 0;
      const least = leastUnreserved(concurrentExecutions);
      if (reservedConcurrency(others) + wanted > concurrentExecutions - least) {
        throw invalidParameter(
          "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below " +
            `its minimum value of [${least}].`,
        );
      }
      fn.concurrency = { ReservedConcurrentExecutions: wanted };
      return fn.concurrency;
    },
    GetFunctionConcurrency: (input, call) => findFunction(functions, call, input).concurrency ?? {},
    DeleteFunctionConcurrency(input, call) {
      delete findFunction(functions, call, input).concurrency;
      return {};
    },
  } satisfies Handlers<Clients["lambda"]>;
}
