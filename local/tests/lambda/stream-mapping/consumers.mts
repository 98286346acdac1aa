import { Kinesis } from "@aws-sdk/client-kinesis";
import type { CreateEventSourceMappingCommandInput } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { sdk } from "../../support/aws.ts";
import { createRole } from "../../support/roles.ts";
import { openLambda } from "../functions.mts";

export const second = 1_000;
/** The bucket to which every function writes its batches, for the tests to read. */
export const seen = "seen";

/**
 * Writes each batch as an object, then returns the value of `answer` (source text that can use
 * `texts`, `records`).
 */
const consumer = (answer: string) => `
  const { S3Client, PutObjectCommand } = require("@aws-sdk/client-s3");
  const s3 = new S3Client({});
  let calls = 0;
  exports.handler = async (event) => {
    const records = event.Records;
    const texts = records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
    calls++;
    const at = (performance.timeOrigin + performance.now()).toFixed(4);
    const Key = process.env.AWS_LAMBDA_FUNCTION_NAME + "/" + at + process.env.AWS_LAMBDA_LOG_STREAM_NAME;
    await s3.send(new PutObjectCommand({ Bucket: "${seen}", Key, Body: JSON.stringify(texts) }));
    ${answer}
  };`;

/** Source text: fails a batch that has this record. */
export const failOn = (text: string) => `if (texts.includes("${text}")) throw new Error("poison");`;
/** Source text: reports this record, and so those after it, as failed. */
export const reportFrom = (text: string) => `
    const bad = records[texts.indexOf("${text}")];
    return { batchItemFailures: bad ? [{ itemIdentifier: bad.kinesis.sequenceNumber }] : [] };`;

/** An account with a role for consumers, and helpers for a stream and its consumer. */
export async function openConsumers() {
  const { account, lambda, create } = await openLambda();
  const kinesis = new Kinesis(sdk(account));
  const s3 = new S3(sdk(account));
  await s3.createBucket({ Bucket: seen });
  const role = await createRole(account, "consumer", "lambda.amazonaws.com", [
    { Action: ["kinesis:*"], Resource: "*" },
    { Action: ["s3:PutObject", "s3:ListBucket"], Resource: ["arn:aws:s3:::seen*", "arn:aws:s3:::failures*"] },
  ]);

  let made = 0;
  const consume = async (answer: string, settings: Partial<CreateEventSourceMappingCommandInput> = {}) => {
    const name = `consumer-${++made}`;
    await kinesis.createStream({ StreamName: name, ShardCount: 1 });
    await create(name, consumer(answer), { Role: role });
    await account.clock.advance(2 * second);
    const { UUID = "" } = await lambda.createEventSourceMapping({
      FunctionName: name,
      EventSourceArn: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
      StartingPosition: "TRIM_HORIZON",
      ...settings,
    });
    await account.clock.advance(2 * second);
    return { name, UUID };
  };

  const put = async (StreamName: string, ...texts: string[]) => {
    const Records = texts.map((text) => ({ PartitionKey: "key", Data: new TextEncoder().encode(text) }));
    await kinesis.putRecords({ StreamName, Records });
    await account.clock.advance(0);
  };

  const objects = async (Bucket: string, Prefix: string) => {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix });
    return Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body } = await s3.getObject({ Bucket, Key });
        return { Key, content: JSON.parse((await Body?.transformToString()) ?? "") };
      }),
    );
  };
  const batches = async (name: string): Promise<string[][]> =>
    (await objects(seen, `${name}/`)).map(({ content }) => content);

  return { account, lambda, create, kinesis, s3, role, consume, put, objects, batches };
}
