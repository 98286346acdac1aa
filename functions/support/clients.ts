// The clients of AWS, each with its package, which is loaded at the first call. A function's bundle has those that it connects.
import { type Peer, running } from "./invocation";
import { lazily } from "./lazily";

/**
 * Ends an attempt whose peer sends nothing, also in the middle of an answer, so that the client repeats it. The SDK has no
 * such limit by default, and its `requestTimeout` only writes a warning (@smithy/node-http-handler).
 */
const silence = { connectionTimeout: 2_000, socketTimeout: 5_000 };

/** Makes a client's requests, with their attempts and bodies, end in the time of the running invocation. */
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

export const connectS3 = () =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-s3");
    const client = new sdk.S3Client({ requestHandler: { ...silence } });
    return { sdk, client: endInTime(client, "others") };
  });

export const connectCloudWatch = () =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-cloudwatch");
    const client = new sdk.CloudWatchClient({ requestHandler: { ...silence } });
    return { sdk, client: endInTime(client, "others") };
  });

export const connectPersonalize = () =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    const client = new sdk.PersonalizeClient({ requestHandler: { ...silence } });
    return { sdk, client: endInTime(client, "personalize") };
  });
export type Personalize = ReturnType<typeof connectPersonalize>;

export const connectPersonalizeEvents = (settings: { maxAttempts?: number } = {}) =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize-events");
    const client = new sdk.PersonalizeEventsClient({ requestHandler: { ...silence }, ...settings });
    return { sdk, client: endInTime(client, "personalize") };
  });

export const connectPersonalizeRuntime = (settings: { maxAttempts?: number } = {}) =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize-runtime");
    const client = new sdk.PersonalizeRuntimeClient({ requestHandler: { ...silence }, ...settings });
    return { sdk, client: endInTime(client, "personalize") };
  });
