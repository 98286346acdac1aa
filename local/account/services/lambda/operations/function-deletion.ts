import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Runner } from "../execution/runner";
import { conflict, invalidParameter } from "../faults";
import {
  type Functions,
  type FunctionVersion,
  findFunction,
  type LambdaFunction,
  unpublished,
} from "../state/function";
import { parseOwnName } from "../state/function-name";

/** Deletes functions and published versions. */
export function functionDeletionHandlers(functions: Functions, runner: Runner) {
  return {
    async DeleteFunction(input, call) {
      const { name, qualifier = input.Qualifier } = parseOwnName(call, input.FunctionName);
      if (qualifier !== undefined) refuseQualifier(qualifier);
      const fn = findFunction(functions, call, input);
      if (qualifier !== undefined) {
        const version = removeVersion(fn, qualifier);
        if (version) await runner.retire(version, "all");
      } else {
        functions.of(call).delete(name);
        for (const version of [fn.unpublished, ...fn.published.values()]) await runner.retire(version, "all");
      }
      return { StatusCode: 204 };
    },
  } satisfies Handlers<Clients["lambda"]>;
}

/** Only published versions can be deleted one by one. */
function refuseQualifier(qualifier: string): void {
  if (qualifier === unpublished) {
    throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  }
  // Recorded on AWS: localstack's snapshot test_function_name_and_qualifier_validation.
  if (!/^\d+$/.test(qualifier)) throw invalidParameter("Deletion of aliases is not currently supported.");
}

/**
 * Removes one published version, which no alias may use; one that does not exist is not an error
 * (test_delete_on_nonexisting_version).
 */
function removeVersion(fn: LambdaFunction, qualifier: string): FunctionVersion | undefined {
  const version = fn.published.get(qualifier);
  const users = [...fn.aliases.values()].filter((alias) => alias.version === qualifier).map(({ name }) => name);
  if (users.length > 0) {
    throw conflict(`Unable to delete version because the following aliases reference it: [${users.join(", ")}]`);
  }
  fn.published.delete(qualifier);
  fn.policies.delete(qualifier);
  fn.eventInvoke.delete(qualifier);
  return version;
}
