import { setTimeout as realTime } from "node:timers/promises";
import { Personalize } from "@aws-sdk/client-personalize";
import { PersonalizeEvents } from "@aws-sdk/client-personalize-events";
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startAccount } from "../../../local/account.ts";
import { letService, makeBucket, minute, start } from "../../local/personalize/stage.ts";
import { sdk } from "../../support/aws.ts";
import { createRole } from "../../support/roles.ts";

/** An account that the suite talks to by nothing but SDK clients. */
export interface World {
  readonly personalize: Personalize;
  readonly events: PersonalizeEvents;
  readonly runtime: PersonalizeRuntime;
  readonly isLocal: boolean;
  /** Where the suite's files are, `s3://…/`. */
  readonly place: string;
  /** What Personalize reads and writes them with. */
  readonly roleArn: string;
  put(key: string, text: string): Promise<void>;
  /** Lets a while pass: a virtual minute here, half a minute there. */
  wait(): Promise<void>;
  /** The time for events: of the account's clock. */
  now(): Date;
  close(): Promise<void>;
}

const { PERSONALIZE_CONFORMANCE_ROLE_ARN: roleArn, PERSONALIZE_CONFORMANCE_BUCKET: bucket } = process.env;

/** Whether the suite was asked to run against a real account, which costs money and hours. */
export const isReal = roleArn !== undefined && bucket !== undefined;

/**
 * The local account; or, when both variables are set and AWS_ENDPOINT_URL is not, the one that the environment's
 * credentials belong to.
 */
export async function openWorld(): Promise<World> {
  if (roleArn === undefined || bucket === undefined) return localWorld();
  if (process.env.AWS_ENDPOINT_URL !== undefined) {
    throw new Error("AWS_ENDPOINT_URL is set: unset it to run the conformance suite against a real account.");
  }
  const s3 = new S3Client();
  return {
    ...clients({}),
    isLocal: false,
    place: `s3://${bucket}/conformance/`,
    roleArn,
    put: (key, Body) => putObject(s3, bucket, `conformance/${key}`, Body),
    wait: () => realTime(30_000),
    now: () => new Date(),
    close: async () => s3.destroy(),
  };
}

async function localWorld(): Promise<World> {
  const account = await startAccount({ speed: 0, start });
  const s3 = new S3Client(sdk(account));
  const own = "conformance";
  await makeBucket(s3, own);
  await letService(s3, own);
  const resources = [`arn:aws:s3:::${own}`, `arn:aws:s3:::${own}/*`];
  const grant = { Action: ["s3:GetObject", "s3:ListBucket", "s3:PutObject"], Resource: resources };
  return {
    ...clients(sdk(account)),
    isLocal: true,
    place: `s3://${own}/`,
    roleArn: await createRole(account, "conformance", "personalize.amazonaws.com", [grant]),
    put: (key, Body) => putObject(s3, own, key, Body),
    wait: () => account.clock.advance(minute),
    now: () => new Date(account.clock.now()),
    async close() {
      s3.destroy();
      await account.close();
    },
  };
}

const clients = (config: ReturnType<typeof sdk> | object) => ({
  personalize: new Personalize(config),
  events: new PersonalizeEvents(config),
  runtime: new PersonalizeRuntime(config),
});

async function putObject(s3: S3Client, Bucket: string, Key: string, text: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(text) }));
}
