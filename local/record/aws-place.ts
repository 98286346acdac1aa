import { hostname } from "node:os";
import { setTimeout as realTime } from "node:timers/promises";
import { STS } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
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
  return {
    settings: { region, retryStrategy: retries },
    account,
    region,
    caller,
    isElsewhere: Object.keys(process.env).some((name) => name.startsWith("AWS_ENDPOINT_URL")) || /^0+$/.test(account),
    known: {
      caller: [caller, UserId, ...long([caller.split("/").at(-1) ?? ""])],
      credential: [accessKeyId, secretAccessKey, sessionToken],
      host: long([hostname()]),
    },
    now: () => new Date(),
    pause: (milliseconds, signal) => realTime(milliseconds, undefined, { signal }),
    lookUp: createTrailReader({ region, credentials: sts.config.credentials }),
    async close() {},
  };
}
