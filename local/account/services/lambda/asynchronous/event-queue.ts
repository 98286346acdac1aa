import { Fault } from "../../../endpoint/fault";
import type { Caller, Host } from "../../../endpoint/service";
import { functionMetric } from "../execution/function-metric";
import type { Outcome, Runner } from "../execution/runner";
import { type FunctionVersion, fullArn, type Target, unpublished } from "../state/function";

/** An event on its way through asynchronous invocation. */
interface QueuedEvent {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly queued: number;
  readonly clientContext?: string;
  attempts: number;
}

/** Lambda waits one minute before the first retry and two before the second (developer guide, "Retry behaviors"). */
const retryDelays = [60_000, 120_000];
const defaultMaximumAgeSeconds = 21_600;
const maxThrottleDelay = 300_000;

export interface EventQueue {
  /** Accepts an event and returns at once. */
  accept(target: Target, event: { payload: Uint8Array; requestId: string; clientContext?: string }): void;
}

/** The settings of the qualifier by which the function was invoked. */
const settingsOf = ({ fn, qualifier = unpublished }: Target) => fn.eventInvoke.get(qualifier);

/** Asynchronous invocation: retries on the account's clock, then the dead letter topic and the failure destination. */
export function createEventQueue(
  host: Host,
  runner: Runner,
  callerFor: (version: FunctionVersion) => Caller,
): EventQueue {
  const { clock } = host;
  const metric = (target: Target, name: string, value: number, unit?: string) =>
    functionMetric(host, target, name, value, unit);

  const later = (target: Target, event: QueuedEvent, delay: number) => {
    const { MaximumEventAgeInSeconds: age = defaultMaximumAgeSeconds } = settingsOf(target) ?? {};
    const due = clock.now() + delay;
    if (due > event.queued + age * 1000) return giveUp(target, event, "EventAgeExceeded");
    clock.at(due, `lambda: event ${event.requestId} for ${target.fn.name} is tried again`, () =>
      attempt(target, event),
    );
    return undefined;
  };

  const attempt = async (target: Target, event: QueuedEvent): Promise<void> => {
    let outcome: Outcome;
    try {
      outcome = await runner.invoke(target, event);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      // A throttle or a role that cannot be assumed is no attempt: AWS goes on for up to the event's maximum age.
      event.attempts++;
      return later(target, event, Math.min(1000 * 2 ** (event.attempts - 1), maxThrottleDelay));
    }
    event.attempts++;
    if (!outcome.functionError) return deliver(target, event, "Success", outcome);
    const retries = settingsOf(target)?.MaximumRetryAttempts ?? retryDelays.length;
    const delay = retryDelays[event.attempts - 1];
    if (event.attempts > retries || delay === undefined) return giveUp(target, event, "RetriesExhausted", outcome);
    return later(target, event, delay);
  };

  const giveUp = async (target: Target, event: QueuedEvent, condition: string, outcome?: Outcome) => {
    metric(target, "AsyncEventsDropped", 1);
    const topic = target.version.live.settings.deadLetter?.TargetArn;
    if (topic !== undefined) {
      const error = outcome ? JSON.parse(Buffer.from(outcome.payload).toString()) : {};
      await publish(target, topic, Buffer.from(event.payload).toString(), "DeadLetterErrors", {
        RequestID: event.requestId,
        ErrorCode: "200",
        ErrorMessage: String(error?.errorMessage ?? condition),
      });
    }
    await deliver(target, event, condition, outcome);
  };

  const deliver = async (target: Target, event: QueuedEvent, condition: string, outcome?: Outcome) => {
    const { OnSuccess, OnFailure } = settingsOf(target)?.DestinationConfig ?? {};
    const destination = (condition === "Success" ? OnSuccess : OnFailure)?.Destination;
    if (!destination) return;
    const record = {
      version: "1.0",
      timestamp: new Date(clock.now()).toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn: fullArn(target),
        condition,
        approximateInvokeCount: event.attempts,
      },
      requestPayload: JSON.parse(Buffer.from(event.payload).toString() || "{}"),
      ...(outcome && {
        responseContext: {
          statusCode: 200,
          executedVersion: target.version.version,
          ...(outcome.functionError && { functionError: outcome.functionError }),
        },
        responsePayload: JSON.parse(Buffer.from(outcome.payload).toString()),
      }),
    };
    await publish(target, destination, JSON.stringify(record), "DestinationDeliveryFailures");
  };

  const publish = async (
    target: Target,
    TopicArn: string,
    Message: string,
    failureMetric: string,
    attributes: Record<string, string> = {},
  ) => {
    try {
      await host.call(callerFor(target.version), "sns", "Publish", {
        TopicArn,
        Message,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
        ),
      });
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      metric(target, failureMetric, 1);
    }
  };

  return {
    accept(target, event) {
      metric(target, "AsyncEventsReceived", 1);
      clock.track(attempt(target, { ...event, queued: clock.now(), attempts: 0 }));
    },
  };
}
