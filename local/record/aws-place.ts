import { hostname } from "node:os";
import { setTimeout as realTime } from "node:timers/promises";
import { STS } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { findCredentialsEnd } from "./credentials";
import { findLocalClock } from "./local-clock";
import type { Place } from "./place";
import { retries } from "./retries";
import { createTrailReader } from "./trail";

/** The account of the environment's credentials and Region; undefined without credentials. */
export async function openAwsPlace(): Promise<(Place & { caller: string; isElsewhere: boolean }) | undefined> {
  const sts = new STS();
  let credentials: AwsCredentialIdentity;
  try {
    credentials = await sts.config.credentials();
  } catch (error) {
    if (error instanceof Error && error.name === "CredentialsProviderError") return undefined;
    throw error;
  }
  const region = await sts.config.region();
  const { Account: account = "", Arn: caller = "", UserId } = await sts.getCallerIdentity();
  sts.destroy();
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // A short name would be taken out of other words.
  const long = (texts: readonly string[]) => texts.filter((text) => text.length > 4 && text !== "localhost");
  const elsewhere = Object.entries(process.env).find(([name]) => name.startsWith("AWS_ENDPOINT_URL"))?.[1];
  const clock = process.env.AWS_ENDPOINT_URL ? await findLocalClock(process.env.AWS_ENDPOINT_URL) : undefined;
  const isElsewhere = elsewhere !== undefined || /^0+$/.test(account);
  const end = findCredentialsEnd(credentials);
  const pause: Place["pause"] = (milliseconds, signal) => realTime(milliseconds, undefined, { signal });
  return {
    settings: { region, retryStrategy: retries, requestHandler: limits },
    account,
    region,
    caller,
    isElsewhere,
    ...(end && { credentialsEnd: end }),
    known: {
      caller: [caller, UserId, ...long([caller.split("/").at(-1) ?? ""])],
      credential: [accessKeyId, secretAccessKey, sessionToken],
      host: long([hostname()]),
    },
    now: () => new Date(),
    pause,
    ...clock,
    // The credentials are for the other account.
    ...(!isElsewhere && { lookUp: createTrailReader({ region, credentials: sts.config.credentials, pause }) }),
    async close() {},
  };
}

/** A call that is never answered does not keep a run from its end. */
const limits = { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true };
