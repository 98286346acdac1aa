import { isNamed } from "../service/errors";
import { pollUntil } from "../service/poll";
import type { Session } from "../service/session";
import type { Described } from "./kind";

/** The latest update of a resource, as Describe returns it; absent until the first one. */
export interface LatestUpdate {
  status?: string | undefined;
  failureReason?: string | undefined;
  creationDateTime?: Date | undefined;
}

/** The calls of one kind's update. */
export interface UpdateCalls<S> {
  describe(): Promise<S>;
  latestUpdate(seen: S): LatestUpdate | undefined;
  isNeeded(seen: S): boolean;
  start(seen: S): Promise<unknown>;
}

/**
 * Updates in place and waits until the service has finished. If another update is running (the
 * retraining promotes at any time), waits for that one first, and only then decides whether an
 * update is needed.
 */
export async function updateInPlace<S extends Described>(session: Session, calls: UpdateCalls<S>): Promise<S> {
  let before: number | undefined;
  const updated = await pollUntil(session, async () => {
    const seen = await calls.describe();
    const { status = "ACTIVE", failureReason = "no reason", creationDateTime } = calls.latestUpdate(seen) ?? {};
    if (status !== "ACTIVE" && status !== "CREATE FAILED") return undefined;
    if (!calls.isNeeded(seen)) return seen;
    const created = creationDateTime?.getTime() ?? 0;
    // Newer than our request and finished: what still differs is the same value in the service's
    // wording.
    if (before !== undefined && status === "ACTIVE" && created > before) return seen;
    if (before !== undefined && status === "CREATE FAILED" && created > before) {
      throw Object.assign(new Error(failureReason), { name: status, $fault: "server" });
    }
    if (before === undefined) {
      const accepted = await calls.start(seen).catch((error) => {
        if (!isNamed(error, "ResourceInUseException")) throw error;
      });
      if (accepted) before = created;
    }
    return undefined;
  });
  if (updated) return updated;
  throw new Error(`${session.label}: its update is still running at the deadline. Run \`pulumi up\` again to wait on.`);
}
