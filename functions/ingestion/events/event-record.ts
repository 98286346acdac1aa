import type { Columns } from "../../../values/columns";
import { describeIssues } from "../../support/issues";
import { arrivalOf, describeFuture, idOf, type StreamPart } from "../record";
import { isColumnName } from "./event-columns";
import type { visitorEvent } from "./event-schema";

/** One event as PutEvents takes it, with its visitor. */
export interface Interaction {
  part: StreamPart;
  userId: string | undefined;
  sessionId: string;
  /**
   * The schema's own columns; absent when the event has none. PutEvents takes them as `properties`.
   */
  context?: Columns;
  event: {
    eventId: string;
    sentAt: Date;
    eventType: string;
    itemId: string;
    eventValue?: number;
    recommendationId?: string;
    impression?: string[];
  };
}

/**
 * Returns the interaction in a part whose data were decoded, or the reason why there is none. A
 * reason never quotes the record's content.
 */
export function readEvent(
  part: StreamPart,
  value: unknown,
  schema: ReturnType<typeof visitorEvent>,
): { interaction: Interaction } | { reason: string } {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: leaveOutName(issue) }));
    return { reason: describeIssues({ issues }, "event", { schema, value }) };
  }
  const { userId, sessionId, eventType, itemId, eventId, timestamp, eventValue, recommendationId } = parsed.data;
  const { impression = [], context = {} } = parsed.data;
  const late = describeFuture(part, timestamp);
  if (late !== undefined) return { reason: late };
  return {
    interaction: {
      part,
      userId,
      sessionId,
      ...(Object.keys(context).length === 0 ? {} : { context }),
      event: {
        // Without an event id, the part's id: a batch that is delivered again counts once.
        eventId: eventId ?? idOf(part.record, part),
        sentAt: timestamp ?? arrivalOf(part.record),
        eventType,
        itemId,
        ...(eventValue === undefined ? {} : { eventValue }),
        ...(recommendationId === undefined ? {} : { recommendationId }),
        // The service takes no empty list.
        ...(impression.length === 0 ? {} : { impression }),
      },
    },
  };
}

/**
 * An issue of a value in a context is one of the context as a whole when its name may be anything.
 * Ours say which column it is.
 */
function leaveOutName({ code, path }: { code?: string | undefined; path: readonly PropertyKey[] }) {
  const isOfAnyName = path[0] === "context" && path.length > 1 && code !== "custom" && !isColumnName(String(path[1]));
  return isOfAnyName ? path.slice(0, 1) : path;
}
