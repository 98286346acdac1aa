// What follows an error.
import { jsonata } from "./jsonata";

/** Ends this model as failed, with a record. The other models continue. */
export const fail = (reason: string) => ({ Assign: { outcome: "failed", reason }, Next: "Record the decision" });

export const catchAll = (then: { Assign?: object; Output?: string; Next: string }) => [
  { ErrorEquals: ["States.ALL"], ...then },
];

export const catchFailure = catchAll(
  fail(jsonata`$states.errorOutput.Error & ': ' & $string($states.errorOutput.Cause)`),
);
