import type { HistoryEvent, HistoryEventType } from "@aws-sdk/client-sfn";
import type { Clock } from "../../../time/clock";
import { StateError } from "./state-error";

type Details = Omit<HistoryEvent, "id" | "previousEventId" | "timestamp" | "type">;

/** After this many events an execution fails, as in AWS. */
const longestHistory = 25_000;

/** The events of one execution, in order, with AWS's event types and ids. */
export class History {
  private closed = false;
  /**
   * Values that events have, each once: a machine that loops has the same input in thousands of
   * events.
   */
  private readonly values = new Map<string, string>();

  constructor(
    private readonly clock: Clock,
    private readonly onEvent: (event: HistoryEvent) => void = () => {},
    /** Those that were recorded before; the list gets the new ones, too. */
    readonly events: HistoryEvent[] = [],
  ) {}

  /** Appends an event that followed `previousEventId`; returns its id. */
  record(type: HistoryEventType, previousEventId: number, details: Details = {}): number {
    if (this.closed) return previousEventId;
    if (this.events.length >= longestHistory - 1) {
      throw new StateError(
        "States.Runtime",
        `The execution reached the maximum number of history events (${longestHistory}).`,
      );
    }
    return this.append(type, previousEventId, details);
  }

  /** The last event of the execution: nothing is recorded after it. */
  end(type: HistoryEventType, details: Details): void {
    this.append(type, this.events.at(-1)?.id ?? 0, details);
    this.closed = true;
  }

  private append(type: HistoryEventType, previousEventId: number, details: Details): number {
    const id = this.events.length + 1;
    const event = { timestamp: new Date(this.clock.now()), type, id, previousEventId, ...this.share(details) };
    this.events.push(event);
    this.onEvent(event);
    return id;
  }

  private share(details: Details): Details {
    return Object.fromEntries(
      Object.entries(details).map(([kind, members]) => [
        kind,
        Object.fromEntries(Object.entries(members).map(([name, value]) => [name, this.kept(value)])),
      ]),
    );
  }

  private kept(value: unknown): unknown {
    if (typeof value !== "string") return value;
    const known = this.values.get(value);
    if (known === undefined) this.values.set(value, value);
    return known ?? value;
  }
}

/** A payload in a history event: this account never truncates. */
export const whole = { truncated: false } as const;
