import { ifNotFound, initFailed, isNamed, toServiceError } from "../service/errors";
import { pollUntil } from "../service/poll";
import type { Session } from "../service/session";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";

/**
 * The phase that a status belongs to. Statuses are compared as whole texts. A schema has none and
 * is usable at once.
 */
export function phaseOf({ status = "ACTIVE" }: Described): "pending" | "active" | "deleting" | "failed" {
  if (status === "ACTIVE") return "active";
  if (["CREATE PENDING", "CREATE IN_PROGRESS", "CREATE STOPPING"].includes(status)) return "pending";
  return ["DELETE PENDING", "DELETE IN_PROGRESS"].includes(status) ? "deleting" : "failed";
}

/** Describes a resource; `undefined` when the service does not know it. */
export async function describeIfExists<S extends Described>(
  session: Session,
  kind: { describe(session: Session, arn: string): Promise<S> },
  arn: string,
): Promise<S | undefined> {
  return kind.describe(session, arn).catch(ifNotFound(undefined));
}

/**
 * Waits until the resource is ACTIVE. Every other end is reported with the ARN, so that the state
 * keeps the resource.
 */
export async function waitUntilActive<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  properties: I & CommonOutputs,
): Promise<S> {
  const { label } = session;
  const { arn } = properties;
  const started = session.now();
  const after = () => `after ${Math.round((session.now() - started) / 1000)} s (${arn})`;
  let status = "not visible";
  let shown: string | undefined;
  const done = await pollUntil(session, async () => {
    const seen = await describeIfExists(session, kind, arn);
    status = seen?.status ?? status;
    if (seen && phaseOf(seen) !== "pending") return seen;
    const seconds = Math.floor((session.now() - started) / 1000);
    const text = `${status}, ${seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`}`;
    // Only what is shown depends on it: a failure must not end the wait.
    if (text !== shown) await session.show?.(properties.resourceUrn ?? "", text).catch(() => undefined);
    shown = text;
    if (seen) return undefined;
    if (session.now() > started + 30_000) {
      throw new Error(`${label}: does not exist any more ${after()}. Run \`pulumi refresh\`, then \`pulumi up\`.`);
    }
    return undefined;
  }).catch((error) => {
    throw initFailed(properties, toServiceError(label, `waiting for ${arn} was interrupted`, error).message);
  });
  if (!done) {
    const remedy = "Run `pulumi up` again to continue waiting, or set a higher `timeoutSeconds`.";
    throw initFailed(properties, `${label}: still ${status} ${after()}. ${remedy}`);
  }
  if (phaseOf(done) === "active") return done;
  const reason = `Amazon Personalize returned: ${done.failureReason ?? "no reason"}`;
  const message = `${label}: ${status} ${after()}. ${reason} Fix the cause, then run \`pulumi up\` to create it again.`;
  throw kind.delete ? initFailed(properties, message) : new Error(message);
}

/**
 * Deletes, and waits until the service does not know the resource. One that does not exist is a
 * success.
 */
export async function deleteAndWait<S extends Described>(
  session: Session,
  kind: Pick<Kind<CommonInputs, S>, "describe" | "delete">,
  arn: string,
): Promise<void> {
  let refusal: unknown = new Error("it is being deleted.");
  const deleted =
    !kind.delete ||
    (await pollUntil(session, async () => {
      try {
        const seen = await describeIfExists(session, kind, arn);
        if (!seen) return true;
        if (phaseOf(seen) !== "deleting") await kind.delete?.(session, arn);
      } catch (error) {
        if (isNamed(error, "ResourceNotFoundException")) return true;
        if (!isNamed(error, "ResourceInUseException")) throw error;
        refusal = error;
      }
      return undefined;
    }));
  if (!deleted) throw toServiceError(session.label, `${arn} still exists at the deadline`, refusal);
}
