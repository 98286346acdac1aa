import { explainAccessError } from "../../stacks/explain-access-error";
import { type Finding, reportFailed, reportSkipped } from "./check";

/** Skips a check whose caller lacks a permission; with other errors it has failed. */
export function explainError(error: unknown): Finding {
  const { name, message } = error as Error;
  // The name differs by service.
  if (/^AccessDenied|^UnauthorizedOperation$|^AuthorizationError/.test(name)) {
    return reportSkipped(`run the command with credentials that may read this: ${message}`);
  }
  const cause = explainAccessError(error);
  if (cause !== undefined) return reportFailed(cause, correctIdentity);
  return reportFailed(`${name}: ${message}`, "Read the message; check the network, the Region and aws:endpoints.");
}

/** The error's text has the remedy. */
export const correctIdentity = "Do what its text says first; the other checks need it.";
