import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import * as control from "@aws-sdk/client-personalize";
import * as events from "@aws-sdk/client-personalize-events";
import * as runtime from "@aws-sdk/client-personalize-runtime";
import { S3 } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { findMissingRight, noteMissingRights } from "../denials";
import type { Place } from "../place";
import { createRecorder, type Recorder } from "../recorder";
import { createRedactor } from "../redaction";

/** An account with a run of the suite in it, which talks to it by nothing but SDK clients. */
export interface World extends Pick<Place, "account" | "region" | "settings" | "now" | "lookUp"> {
  /** Calls an operation of the three services of Personalize. */
  call(operation: string, input?: object): Promise<Answer>;
  readonly s3: S3;
  readonly kms: KMS;
  readonly iam: IAM;
  readonly cloudwatch: CloudWatch;
  /** Opens a session of a role of the run. It is not recorded. */
  assumeRole(name: string): Promise<AwsCredentialIdentity>;
  readonly recorder: Recorder;
  /** In the name of everything that a run creates. */
  readonly run: string;
  /**
   * The folder of the run's files, `s3://…/`, and one in a bucket that encrypts with the run's key.
   */
  readonly place: string;
  readonly lockedPlace: string;
  /**
   * Personalize reads and writes the files with this role; the weak one has no rights to the key.
   */
  readonly roleArn: string;
  readonly weakRoleArn: string;
  /** The role of the group with a key. */
  readonly groupRoleArn: string;
  /** Writes a file of the run; `locked` into the bucket with the key. */
  put(key: string, text: string, bucket?: "files" | "locked"): Promise<void>;
  /**
   * Looks again and again until it is so; between two looks time passes. `obstacle`: what a removal
   * that gives up says.
   */
  until(isSo: () => Promise<boolean>, obstacle?: string): Promise<void>;
  /**
   * The same world when the run has been stopped: its waits go on for an hour, to remove
   * everything.
   */
  removing(): World;
  /** The rights that calls have lacked. */
  readonly missingRights: ReadonlySet<string>;
  readonly stop: AbortSignal | undefined;
}

/** Members by their names: the tables of the suite name operations and members by texts. */
export type Answer = Readonly<Record<string, unknown>>;

/**
 * Begins the names of everything that runs create in a Region: buckets and roles of all Regions are
 * listed together.
 */
export const prefixIn = (region: string) => `personalize-conformance-${region}-`;

/** A removal waits so long for what is in use. */
const removalEnds = 60 * 60_000;

type Listeners = Pick<Parameters<typeof createRecorder>[0], "onState" | "onStep"> & { readonly stop?: AbortSignal };

/** Opens a place for a run with a new name. */
export function openWorld(place: Place, { stop, ...listeners }: Listeners = {}): World {
  const { settings, account, now, lookUp } = place;
  const run = `${prefixIn(place.region)}${now().getTime().toString(36)}`;
  const redact = createRedactor({ run, known: { account: [account], ...place.known } });
  const recorder = createRecorder({ redact, run, now, ...listeners });
  const clients = {
    personalize: new control.Personalize(settings),
    events: new events.PersonalizeEvents(settings),
    runtime: new runtime.PersonalizeRuntime(settings),
    s3: new S3(settings),
    kms: new KMS(settings),
    iam: new IAM(settings),
    cloudwatch: new CloudWatch(settings),
  };
  const missingRights = new Set<string>();
  const sts = new STS(settings);
  for (const client of Object.values(clients)) recorder.listenTo(client);
  for (const client of [...Object.values(clients), sts]) {
    noteMissingRights(client, (right) => missingRights.add(right));
  }
  const roleOf = (name: string) => `arn:aws:iam::${account}:role/${run}-${name}`;
  const untilWith =
    (signal?: AbortSignal, end = Number.POSITIVE_INFINITY): World["until"] =>
    (isSo, obstacle = "Something is not removed") =>
      recorder.poll(() =>
        pollUntil(
          isSo,
          async (milliseconds) => {
            signal?.throwIfAborted();
            if (now().getTime() >= end) throw new Error(`${obstacle} after an hour.`);
            await place.pause(milliseconds, signal);
          },
          signal,
        ),
      );
  const services = [
    [control, clients.personalize],
    [events, clients.events],
    [runtime, clients.runtime],
  ] as const;
  const world: World = {
    ...clients,
    ...place,
    ...(lookUp && {
      lookUp: (resource: string) =>
        lookUp(resource).catch((error) => {
          const right = findMissingRight(error, "cloudtrail", "LookupEvents");
          if (right !== undefined) missingRights.add(right);
          throw error;
        }),
    }),
    async assumeRole(name) {
      const session = { RoleArn: roleOf(name), RoleSessionName: "record" };
      const { Credentials: keys } = await sts.assumeRole(session);
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = keys ?? {};
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    },
    missingRights,
    async call(operation, input = {}) {
      const name = `${operation}Command`;
      const [module, client] = services.find(([each]) => name in each) ?? services[0];
      const Command = (module as unknown as Record<string, new (input: object) => never>)[name];
      if (!Command) throw new Error(`The SDK has no operation ${operation}.`);
      return (await (client.send as (command: never) => Promise<object>)(new Command(input))) as Answer;
    },
    recorder,
    run,
    stop,
    place: `s3://${run}-files/`,
    lockedPlace: `s3://${run}-locked/`,
    roleArn: roleOf("data"),
    weakRoleArn: roleOf("weak"),
    groupRoleArn: roleOf("group"),
    async put(Key, text, bucket = "files") {
      await clients.s3.putObject({ Bucket: `${run}-${bucket}`, Key, Body: Buffer.from(text) });
    },
    until: untilWith(stop),
    removing: () => ({ ...world, stop: undefined, until: untilWith(undefined, now().getTime() + removalEnds) }),
  };
  return world;
}

/**
 * Repeats a look until it returns true. The service promises no durations, and throttles callers
 * that ask too often.
 */
async function pollUntil(
  isSo: () => Promise<boolean>,
  pause: (milliseconds: number) => Promise<unknown>,
  stop?: AbortSignal,
): Promise<void> {
  for (let look = 0; ; look++) {
    stop?.throwIfAborted();
    if (await isSo()) return;
    await pause(Math.min(30_000, 1_000 * 2 ** look)).catch((error) => {
      // The error is the reason of the stop, not the end of the pause.
      stop?.throwIfAborted();
      throw error;
    });
  }
}
