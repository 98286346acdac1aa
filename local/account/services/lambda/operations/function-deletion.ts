import { notImplemented } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Runner } from "../execution/runner";
import { type Functions, findFunction } from "../state/function";
import { qualifierOf } from "../state/function-name";

export function functionDeletionHandlers(functions: Functions, runner: Runner) {
  return {
    async DeleteFunction(input, call) {
      if (qualifierOf(input) !== undefined) throw notImplemented("lambda:DeleteFunction with Qualifier");
      const fn = findFunction(functions, call, input);
      functions.of(call).delete(fn.name);
      await runner.retire(fn, "all");
      return { StatusCode: 204 };
    },
  } satisfies Handlers<Clients["lambda"]>;
}
