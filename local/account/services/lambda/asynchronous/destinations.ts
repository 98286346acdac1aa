import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { emitFunctionMetric } from "../execution/function-metric";
import type { Outcome } from "../execution/runner";
import { type FunctionVersion, fullArn, type Target, unpublished } from "../state/function";

/** An event of an asynchronous invocation. */
export interface QueuedEvent {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly queued: number;
  readonly clientContext?: string;
  attempts: number;
}

/** The settings of the qualifier by which the function was invoked. */
export const settingsOf = ({ fn, qualifier = unpublished }: Target) => fn.eventInvoke.get(qualifier);

/** Sends events on after their invocation. */
export interface Destinations {
  /** Sends a record of the event to the destination for its result, if there is one. */
  deliver(target: Target, event: QueuedEvent, condition: string, outcome?: Outcome): Promise<void>;
  /** Drops an event that failed: to the dead letter topic and the failure destination. */
  giveUp(target: Target, event: QueuedEvent, condition: string, outcome?: Outcome): Promise<void>;
}

/** Creates the delivery to dead letter topics and destinations, as the function's role. */
export function createDestinations(host: Host, callerFor: (version: FunctionVersion) => Caller): Destinations {
  const deliver: Destinations["deliver"] = async (target, event, condition, outcome) => {
    const { OnSuccess, OnFailure } = settingsOf(target)?.DestinationConfig ?? {};
    const destination = (condition === "Success" ? OnSuccess : OnFailure)?.Destination;
    if (!destination) return;
    await publish(
      target,
      destination,
      JSON.stringify(recordOf(target, event, condition, outcome, host.clock.now())),
      "DestinationDeliveryFailures",
    );
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
      emitFunctionMetric(host, target, failureMetric, 1);
    }
  };

  const giveUp: Destinations["giveUp"] = async (target, event, condition, outcome) => {
    emitFunctionMetric(host, target, "AsyncEventsDropped", 1);
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

  return { deliver, giveUp };
}

/** The invocation record that a destination receives. */
function recordOf(target: Target, event: QueuedEvent, condition: string, outcome: Outcome | undefined, now: number) {
  return {
    version: "1.0",
    timestamp: new Date(now).toISOString(),
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
}
