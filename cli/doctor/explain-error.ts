import { explainCause } from "../../stacks/explain-cause";
import { type Finding, reportFailed, reportSkipped } from "./check";

/**
 * Skips a check whose caller lacks a permission, or whose endpoint lacks the operation; with other
 * errors it has failed.
 */
export function explainError(error: unknown): Finding {
  const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  if ($metadata?.httpStatusCode === 501)
    return reportSkipped(`the endpoint does not have the operation: ${message.split(": ")[0]}`);
  if (isDenied(error)) {
    return reportSkipped(`the credentials may not read this: ${message}`, "Run the command with credentials that may.");
  }
  const cause = explainCause(error);
  if (cause !== undefined) return reportFailed(cause, correctIdentity);
  return reportFailed(`${name}: ${message}`, "Read the message; check the network, the Region and aws:endpoints.");
}

/** The error's text has the remedy. */
export const correctIdentity = "Do what its text says first; the other checks need it.";

/** Recognises a call that IAM denied. The error's name differs by service. */
const isDenied = (error: unknown): boolean =>
  /^AccessDenied|^UnauthorizedOperation$|^AuthorizationError/.test((error as Error).name);
