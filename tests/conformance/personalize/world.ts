import { setTimeout as realTime } from "node:timers/promises";
import { Personalize } from "@aws-sdk/client-personalize";
import { PersonalizeEvents } from "@aws-sdk/client-personalize-events";
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { DeleteObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { startAccount } from "../../../local/account.ts";
import { minute, start } from "../../local/personalize/pets.ts";
import { letService, makeBucket } from "../../local/personalize/stage.ts";
import { sdk } from "../../support/aws.ts";
import { createRole } from "../../support/roles.ts";

/** An account that the suite talks to by nothing but SDK clients. */
export interface World {
  readonly personalize: Personalize;
  readonly events: PersonalizeEvents;
  readonly runtime: PersonalizeRuntime;
  /** In the name of everything that a run makes. */
  readonly run: string;
  /** Where the run's files are, `s3://…/`. */
  readonly place: string;
  /** What Personalize reads and writes them with. */
  readonly roleArn: string;
  put(key: string, text: string): Promise<void>;
  /** Lets a while pass: a virtual minute here, half a minute there. */
  wait(): Promise<void>;
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

/** Whether the suite was asked to run against a real account, which costs money and hours. */
export const isReal = roleArn !== undefined && bucket !== undefined;

/** Whether quotas may be filled: for a while nobody else in the account could make such a resource. */
export const mayFillQuotas = !isReal || quotas !== undefined;

/**
 * The local account; or, when role and bucket are set and AWS_ENDPOINT_URL is not, the one that the environment's
 * credentials belong to.
 */
export async function openWorld(): Promise<World> {
  if (roleArn === undefined || bucket === undefined) return localWorld();
  if (process.env.AWS_ENDPOINT_URL !== undefined) {
    throw new Error("AWS_ENDPOINT_URL is set: unset it to run the conformance suite against a real account.");
  }
  const s3 = new S3Client();
  const now = () => new Date();
  const files = filesOf(s3, bucket, runName(now()));
  return {
    ...clients({}),
    ...files,
    roleArn,
    wait: () => realTime(30_000),
    now,
    async close() {
      await files.clear();
      s3.destroy();
    },
  };
}

/** A local account with a bucket and a role of its own. */
export async function localWorld(): Promise<World> {
  const account = await startAccount({ speed: 0, start });
  const s3 = new S3Client(sdk(account));
  const own = "conformance";
  await makeBucket(s3, own);
  await letService(s3, own);
  const resources = [`arn:aws:s3:::${own}`, `arn:aws:s3:::${own}/*`];
  const grant = { Action: ["s3:GetObject", "s3:ListBucket", "s3:PutObject"], Resource: resources };
  const now = () => new Date(account.clock.now());
  return {
    ...clients(sdk(account)),
    ...filesOf(s3, own, runName(now())),
    roleArn: await createRole(account, "conformance", "personalize.amazonaws.com", [grant]),
    wait: () => account.clock.advance(minute),
    now,
    async close() {
      s3.destroy();
      await account.close();
    },
  };
}

const runName = (now: Date) => `conformance-${now.getTime().toString(36)}`;

const clients = (config: ReturnType<typeof sdk> | object) => ({
  personalize: new Personalize(config),
  events: new PersonalizeEvents(config),
  runtime: new PersonalizeRuntime(config),
});

function filesOf(s3: S3Client, Bucket: string, run: string) {
  const Prefix = `${run}/`;
  return {
    run,
    place: `s3://${Bucket}/${Prefix}`,
    async put(key: string, text: string) {
      await s3.send(new PutObjectCommand({ Bucket, Key: `${Prefix}${key}`, Body: Buffer.from(text) }));
    },
    async clear() {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
        for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      }
    },
  };
}
