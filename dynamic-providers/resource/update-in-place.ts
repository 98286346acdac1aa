import { isNamed } from "../service/errors";
import { pollUntil } from "../service/poll";
import type { Session } from "../service/session";
import type { Described } from "./kind";

/** A change in progress, as Describe reports it beside the resource; absent until the first one. */
export interface Change {
  status?: string | undefined;
  failureReason?: string | undefined;
  creationDateTime?: Date | undefined;
}

/**
 * Makes a change in place and waits until the service has carried it out. A change that is still running (the
 * retraining promotes at any time) is waited for first, and what is due is judged after it.
 */
export async function changeInPlace<S extends Described>(
  session: Session,
  describe: () => Promise<S>,
  latest: (seen: S) => Change | undefined,
  isDue: (seen: S) => boolean,
  start: (seen: S) => Promise<unknown>,
): Promise<S> {
  let before: number | undefined;
  const over = await pollUntil(session, async () => {
    const seen = await describe();
    const { status = "ACTIVE", failureReason = "no reason", creationDateTime } = latest(seen) ?? {};
    if (status !== "ACTIVE" && status !== "CREATE FAILED") return undefined;
    if (!isDue(seen)) return seen;
    const created = creationDateTime?.getTime() ?? 0;
    // Newer than the request and carried out: what Describe echoes may be the same in other words.
    if (before !== undefined && status === "ACTIVE" && created > before) return seen;
    if (before !== undefined && status === "CREATE FAILED" && created > before) {
      throw Object.assign(new Error(failureReason), { name: status, $fault: "server" });
    }
    if (before === undefined) {
      const accepted = await start(seen).catch((error) => {
        if (!isNamed(error, "ResourceInUseException")) throw error;
      });
      if (accepted) before = created;
    }
    return undefined;
  });
  if (over) return over;
  throw new Error(`${session.who}: its update is still running at the deadline. \`pulumi up\` waits on.`);
}
