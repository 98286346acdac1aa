import { conflict, staleRevision } from "../faults";
import type { FunctionVersion } from "./function";

/** Refuses a change of a version that is being created or updated. */
export function requireIdle(version: FunctionVersion): void {
  if (version.state === "Active" && version.lastUpdate === "Successful") return;
  const problem =
    version.state === "Pending"
      ? `The function is currently in the following state: ${version.state}`
      : `An update is in progress for resource: ${version.fn.arn}`;
  throw conflict(`The operation cannot be performed at this time. ${problem}`);
}

/** Refuses an invocation of a version that is being created. */
export function requireActive({ state }: FunctionVersion): void {
  if (state === "Active") return;
  throw conflict(
    `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
  );
}

/** Refuses a change that was made for another revision. */
export function requireRevision({ revisionId }: { readonly revisionId: string }, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== revisionId) throw staleRevision("GetFunction/GetAlias");
}
