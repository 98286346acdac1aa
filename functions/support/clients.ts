// The clients of AWS, each with its package, which is loaded at the first call. A function's bundle has those that it connects.
import type { Invocation, Peer } from "./invocation";
import { lazily } from "./lazily";

/**
 * Ends an attempt whose peer sends nothing, also in the middle of an answer, so that the client repeats it. The SDK has no
 * such limit by default, and its `requestTimeout` only writes a warning (@smithy/node-http-handler).
 */
const silence = { connectionTimeout: 2_000, socketTimeout: 5_000 };

interface Sender {
  send(command: object, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
}

/** Makes a client's requests, with their attempts and bodies, end in the time of the invocation. */
function endInTime<C extends object>(client: C, invocation: Invocation, peer: Peer): C {
  const sender = client as Sender;
  const send = sender.send.bind(client);
  sender.send = (command, options = {}) => {
    const signals = [invocation.signal(peer), options.abortSignal].filter((signal) => signal !== undefined);
    return send(command, { ...options, abortSignal: AbortSignal.any(signals) });
  };
  return client;
}

export const connectS3 = (invocation: Invocation) =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-s3");
    const client = new sdk.S3Client({ requestHandler: { ...silence } });
    return { sdk, client: endInTime(client, invocation, "others") };
  });

export const connectCloudWatch = (invocation: Invocation) =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-cloudwatch");
    const client = new sdk.CloudWatchClient({ requestHandler: { ...silence } });
    return { sdk, client: endInTime(client, invocation, "others") };
  });

export const connectPersonalize = (invocation: Invocation) =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    const client = new sdk.PersonalizeClient({ requestHandler: { ...silence } });
    return { sdk, client: endInTime(client, invocation, "personalize") };
  });
export type Personalize = ReturnType<typeof connectPersonalize>;

export const connectPersonalizeEvents = (invocation: Invocation, settings: { maxAttempts?: number } = {}) =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize-events");
    const client = new sdk.PersonalizeEventsClient({ requestHandler: { ...silence }, ...settings });
    return { sdk, client: endInTime(client, invocation, "personalize") };
  });

export const connectPersonalizeRuntime = (invocation: Invocation, settings: { maxAttempts?: number } = {}) =>
  lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize-runtime");
    const client = new sdk.PersonalizeRuntimeClient({ requestHandler: { ...silence }, ...settings });
    return { sdk, client: endInTime(client, invocation, "personalize") };
  });
