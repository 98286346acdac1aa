// The clients of AWS, each with its package, which is loaded at the first call. A function's bundle
// has those that it connects.
import { type Peer, running } from "./invocation";

/**
 * Ends an attempt whose peer sends nothing, also in the middle of an answer, so that the client
 * repeats it. The SDK has no such limit by default, and its `requestTimeout` only writes a warning
 * (@smithy/node-http-handler).
 */
const settings = (socketTimeout = 5_000) => ({ requestHandler: { connectionTimeout: 2_000, socketTimeout } });

/**
 * Makes a client's requests, with their attempts and bodies, end in the time of the running
 * invocation.
 */
function endInTime<C extends object>(client: C, peer: Peer): C {
  const sender = client as { send(command: object, options?: { abortSignal?: AbortSignal }): Promise<unknown> };
  const send = sender.send.bind(client);
  sender.send = (command, options) => {
    const signals = [running.signals[peer], options?.abortSignal].filter((signal) => signal !== undefined);
    const abortSignal = AbortSignal.any(signals);
    return send(command, { ...options, abortSignal }).catch((error) => {
      throw abortSignal.aborted ? abortSignal.reason : error;
    });
  };
  return client;
}

/** Makes a client at the first call, and keeps it for later calls of the same instance. */
function connect<S, C extends object>(peer: Peer, make: () => Promise<{ sdk: S; client: C }>) {
  let made: ReturnType<typeof make> | undefined;
  const start = async () => {
    const { sdk, client } = await make();
    return { sdk, client: endInTime(client, peer) };
  };
  return () => {
    made ??= start().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

export const connectS3 = () =>
  connect("others", async () => {
    const sdk = await import("@aws-sdk/client-s3");
    return { sdk, client: new sdk.S3Client(settings()) };
  });

export const connectCloudWatch = () =>
  connect("others", async () => {
    const sdk = await import("@aws-sdk/client-cloudwatch");
    return { sdk, client: new sdk.CloudWatchClient(settings()) };
  });

export const connectPersonalize = () =>
  connect("personalize", async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient(settings()) };
  });
export type Personalize = ReturnType<typeof connectPersonalize>;

type Attempts = { maxAttempts?: number };

export const connectPersonalizeEvents = ({ patience, ...more }: Attempts & { patience?: number } = {}) =>
  connect("personalize", async () => {
    const sdk = await import("@aws-sdk/client-personalize-events");
    return { sdk, client: new sdk.PersonalizeEventsClient({ ...settings(patience), ...more }) };
  });

export const connectPersonalizeRuntime = (more: Attempts = {}) =>
  connect("personalize", async () => {
    const sdk = await import("@aws-sdk/client-personalize-runtime");
    return { sdk, client: new sdk.PersonalizeRuntimeClient({ ...settings(), ...more }) };
  });
