import { setTimeout as realTime } from "node:timers/promises";
import { Personalize, type PersonalizeClientConfig } from "@aws-sdk/client-personalize";
import { PersonalizeEvents, type PersonalizeEventsClientConfig } from "@aws-sdk/client-personalize-events";
import { PersonalizeRuntime, type PersonalizeRuntimeClientConfig } from "@aws-sdk/client-personalize-runtime";
import { paginateListObjectsV2, S3 } from "@aws-sdk/client-s3";
import type { MiddlewareStack } from "@smithy/types";
import { retries } from "./retries.ts";

/** An account that the suite talks to by nothing but SDK clients. */
export interface World {
  readonly personalize: Personalize;
  readonly events: PersonalizeEvents;
  readonly runtime: PersonalizeRuntime;
  /** The operations that have succeeded so far. */
  readonly succeeded: ReadonlySet<string>;
  /** In the name of everything that a run creates. */
  readonly run: string;
  /** The place of the run's files, `s3://…/`. */
  readonly place: string;
  /** Personalize reads and writes the files with this role. */
  readonly roleArn: string;
  put(key: string, text: string): Promise<void>;
  /** Looks again and again until it is so; between two looks time passes. */
  until(isSo: () => Promise<boolean>): Promise<void>;
  /** The time for events: of the account's clock. */
  now(): Date;
  /** Deletes the run's files and lets the account go. */
  close(): Promise<void>;
}

const {
  PERSONALIZE_CONFORMANCE_ROLE_ARN: roleArn,
  PERSONALIZE_CONFORMANCE_BUCKET: bucket,
  PERSONALIZE_CONFORMANCE_QUOTAS: quotas,
} = process.env;

/** True when the suite was asked to run against an account that is there already. */
export const isReal = roleArn !== undefined && bucket !== undefined;

/** True when quotas may be filled: for a while no other user of the account could create such a resource. */
export const mayFillQuotas = !isReal || quotas !== undefined;

/** The account that was asked for, else a local one of this run's own. */
export async function openWorld(): Promise<World> {
  if (roleArn !== undefined && bucket !== undefined) return openRealWorld(roleArn, bucket);
  // Loaded only here: a run against another account must not depend on the local one.
  return (await import("./local-world.mts")).startLocalWorld();
}

/** The account of the environment's credentials, Region and endpoint, with a role and a bucket that are in it. */
function openRealWorld(roleArn: string, bucket: string): World {
  const s3 = new S3();
  const now = () => new Date();
  const files = filesOf(s3, bucket, runName(now()));
  return {
    ...createClients({ retryStrategy: retries }),
    ...files,
    roleArn,
    // The service promises no durations and throttles who asks too often.
    until: (isSo) => pollUntil(isSo, (look) => realTime(Math.min(30_000, 1_000 * 2 ** look))),
    now,
    async close() {
      await files.clear();
      s3.destroy();
    },
  };
}

/** Looks until it is so; `pause` comes after each look in vain, of which the first is look 0. */
export async function pollUntil(
  isSo: () => Promise<boolean>,
  pause: (look: number) => Promise<unknown>,
): Promise<void> {
  for (let look = 0; !(await isSo()); look++) await pause(look);
}

export const runName = (now: Date) => `conformance-${now.getTime().toString(36)}`;

type Settings = PersonalizeClientConfig & PersonalizeEventsClientConfig & PersonalizeRuntimeClientConfig;

/** The clients of the three services, and what has succeeded through them. */
export function createClients(settings: Settings) {
  const personalize = new Personalize(settings);
  const events = new PersonalizeEvents(settings);
  const runtime = new PersonalizeRuntime(settings);
  const succeeded = new Set<string>();
  noteSuccesses(personalize.middlewareStack, succeeded);
  noteSuccesses(events.middlewareStack, succeeded);
  noteSuccesses(runtime.middlewareStack, succeeded);
  return { personalize, events, runtime, succeeded };
}

function noteSuccesses<I extends object, O extends object>(stack: MiddlewareStack<I, O>, succeeded: Set<string>): void {
  stack.add(
    (next, { commandName = "" }) =>
      async (request) => {
        const answer = await next(request);
        succeeded.add(commandName.replace(/Command$/, ""));
        return answer;
      },
    { step: "initialize" },
  );
}

/** The files of a run, in a separate folder. */
export function filesOf(s3: S3, Bucket: string, run: string) {
  const Prefix = `${run}/`;
  return {
    run,
    place: `s3://${Bucket}/${Prefix}`,
    async put(key: string, text: string) {
      await s3.putObject({ Bucket, Key: `${Prefix}${key}`, Body: Buffer.from(text) });
    },
    async clear() {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
        for (const { Key } of Contents) await s3.deleteObject({ Bucket, Key });
      }
    },
  };
}
