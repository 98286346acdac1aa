import { conflict } from "../faults";
import type { LambdaFunction } from "./function";

/** Refuses a change of a function that is being created or updated. */
export function requireIdle(fn: LambdaFunction): void {
  if (fn.state === "Active" && fn.lastUpdate === "Successful") return;
  const problem =
    fn.state === "Pending"
      ? `The function is currently in the following state: ${fn.state}`
      : `An update is in progress for resource: ${fn.arn}`;
  throw conflict(`The operation cannot be performed at this time. ${problem}`);
}

/** Refuses an invocation of a function that is being created. */
export function requireActive({ state }: LambdaFunction): void {
  if (state === "Active") return;
  throw conflict(
    `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
  );
}
