import type { DestinationConfig, FunctionEventInvokeConfig } from "@aws-sdk/client-lambda";
import { Fault, notImplemented } from "../../../endpoint/fault";
import type { Call, Caller, Clients, Handlers, Host } from "../../../endpoint/service";
import { functionMetric } from "../execution/function-metric";
import type { Outcome, Runner } from "../execution/runner";
import type { Functions } from "../operations/functions";
import { findFunction, type LambdaFunction } from "../state/function";

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
  accept(fn: LambdaFunction, event: { payload: Uint8Array; requestId: string; clientContext?: string }): void;
}

/** Asynchronous invocation: retries on the account's clock, then the dead letter topic and the failure destination. */
export function createEventQueue(host: Host, runner: Runner, callerFor: (fn: LambdaFunction) => Caller): EventQueue {
  const { clock } = host;
  const metric = (fn: LambdaFunction, name: string, value: number, unit?: string) =>
    functionMetric(host, fn, name, value, unit);

  const later = (fn: LambdaFunction, event: QueuedEvent, delay: number) => {
    const { MaximumEventAgeInSeconds: age = defaultMaximumAgeSeconds } = fn.eventInvoke ?? {};
    const due = clock.now() + delay;
    if (due > event.queued + age * 1000) return giveUp(fn, event, "EventAgeExceeded");
    clock.at(due, `lambda: event ${event.requestId} for ${fn.name} is tried again`, () => attempt(fn, event));
    return undefined;
  };

  const attempt = async (fn: LambdaFunction, event: QueuedEvent): Promise<void> => {
    let outcome: Outcome;
    try {
      outcome = await runner.invoke(fn, event);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      // A throttle or a role that cannot be assumed is no attempt: AWS goes on for up to the event's maximum age.
      event.attempts++;
      return later(fn, event, Math.min(1000 * 2 ** (event.attempts - 1), maxThrottleDelay));
    }
    event.attempts++;
    if (!outcome.functionError) return deliver(fn, event, "Success", outcome);
    const retries = fn.eventInvoke?.MaximumRetryAttempts ?? retryDelays.length;
    const delay = retryDelays[event.attempts - 1];
    if (event.attempts > retries || delay === undefined) return giveUp(fn, event, "RetriesExhausted", outcome);
    return later(fn, event, delay);
  };

  const giveUp = async (fn: LambdaFunction, event: QueuedEvent, condition: string, outcome?: Outcome) => {
    metric(fn, "AsyncEventsDropped", 1);
    const topic = fn.live.settings.deadLetter?.TargetArn;
    if (topic !== undefined) {
      const error = outcome ? JSON.parse(Buffer.from(outcome.payload).toString()) : {};
      await publish(fn, topic, Buffer.from(event.payload).toString(), "DeadLetterErrors", {
        RequestID: event.requestId,
        ErrorCode: "200",
        ErrorMessage: String(error?.errorMessage ?? condition),
      });
    }
    await deliver(fn, event, condition, outcome);
  };

  const deliver = async (fn: LambdaFunction, event: QueuedEvent, condition: string, outcome?: Outcome) => {
    const { OnSuccess, OnFailure } = fn.eventInvoke?.DestinationConfig ?? {};
    const target = (condition === "Success" ? OnSuccess : OnFailure)?.Destination;
    if (!target) return;
    const record = {
      version: "1.0",
      timestamp: new Date(clock.now()).toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn: `${fn.arn}:$LATEST`,
        condition,
        approximateInvokeCount: event.attempts,
      },
      requestPayload: JSON.parse(Buffer.from(event.payload).toString() || "{}"),
      ...(outcome && {
        responseContext: {
          statusCode: 200,
          executedVersion: "$LATEST",
          ...(outcome.functionError && { functionError: outcome.functionError }),
        },
        responsePayload: JSON.parse(Buffer.from(outcome.payload).toString()),
      }),
    };
    await publish(fn, target, JSON.stringify(record), "DestinationDeliveryFailures");
  };

  const publish = async (
    fn: LambdaFunction,
    TopicArn: string,
    Message: string,
    failureMetric: string,
    attributes: Record<string, string> = {},
  ) => {
    try {
      await host.call(callerFor(fn), "sns", "Publish", {
        TopicArn,
        Message,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
        ),
      });
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      metric(fn, failureMetric, 1);
    }
  };

  return {
    accept(fn, event) {
      metric(fn, "AsyncEventsReceived", 1);
      clock.track(attempt(fn, { ...event, queued: clock.now(), attempts: 0 }));
    },
  };
}

function checkDestinations(config: DestinationConfig = {}): void {
  for (const target of [config.OnSuccess?.Destination, config.OnFailure?.Destination]) {
    if (target && !target.includes(":sns:")) throw notImplemented(`lambda: asynchronous destination ${target}`);
  }
}

export function eventInvokeHandlers(host: Host, functions: Functions) {
  const find = (call: Call, input: { FunctionName?: string | undefined; Qualifier?: string | undefined }) =>
    findFunction(functions.of(call), call, input);
  const configured = (fn: LambdaFunction): FunctionEventInvokeConfig => {
    if (fn.eventInvoke) return fn.eventInvoke;
    throw new Fault("ResourceNotFoundException", `The function ${fn.arn}:$LATEST doesn't have an EventInvokeConfig`, {
      members: { Type: "User" },
    });
  };
  type Change = Pick<
    FunctionEventInvokeConfig,
    "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | "DestinationConfig"
  >;
  const set = (fn: LambdaFunction, known: Change, change: Change) => {
    checkDestinations(change.DestinationConfig);
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = { ...known, ...change };
    fn.eventInvoke = {
      LastModified: new Date(host.clock.now()),
      FunctionArn: `${fn.arn}:$LATEST`,
      DestinationConfig: DestinationConfig ?? { OnSuccess: {}, OnFailure: {} },
      ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
      ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
    };
    return fn.eventInvoke;
  };

  return {
    PutFunctionEventInvokeConfig: (input, call) => set(find(call, input), {}, input),
    UpdateFunctionEventInvokeConfig(input, call) {
      const fn = find(call, input);
      return set(fn, configured(fn), input);
    },
    GetFunctionEventInvokeConfig: (input, call) => configured(find(call, input)),
    DeleteFunctionEventInvokeConfig(input, call) {
      const fn = find(call, input);
      configured(fn);
      delete fn.eventInvoke;
      return {};
    },
  } satisfies Handlers<Clients["lambda"]>;
}
