import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { type Campaign, Personalize } from "@aws-sdk/client-personalize";
import { S3 } from "@aws-sdk/client-s3";
import { type DescribeExecutionOutput, SFN } from "@aws-sdk/client-sfn";
import { SSM } from "@aws-sdk/client-ssm";
import type { FunctionReply, RecommenderContract } from "../../contract/index.js";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";

const place = { account: "000000000000", region: "eu-west-1" };

/** What tests do with a deployed stack, as its team, its visitors and its callers do. */
export type StackUse = ReturnType<typeof createStackUse>;

export function createStackUse(account: Account, outputs: RecommenderContract) {
  const kinesis = new Kinesis(sdk(account));
  const personalize = new Personalize(sdk(account));
  const s3 = new S3({ ...sdk(account), forcePathStyle: true });
  const sfn = new SFN(sdk(account));
  const ssm = new SSM(sdk(account));
  // One client for all requests, which limits those at a time, and with repetitions, as callers
  // have.
  const lambda = new Lambda({ ...sdk(account), maxAttempts: 5 });
  const { inspection } = account.personalize;
  const readCampaign = async (model = "recommendation"): Promise<Campaign> => {
    const { campaign } = await personalize.describeCampaign({ campaignArn: outputs.campaignArns[model] });
    return campaign ?? {};
  };
  const readParameter = async (Name: string) => (await ssm.getParameter({ Name })).Parameter?.Value ?? "";
  /** Lists a visitor's events in Personalize, the newest first. */
  const eventsOf = (id: string) => inspection.events(place, outputs.datasetGroupArn, id, 1_000);
  /** Starts the retraining's state machine, and returns the execution's ARN. */
  const startMachine = async (input: object) => {
    const stateMachineArn = outputs.retrainingStateMachineArn;
    return (await sfn.startExecution({ stateMachineArn, input: JSON.stringify(input) })).executionArn ?? "";
  };
  const waitForExecution = (executionArn: string): Promise<DescribeExecutionOutput> =>
    eventually(async () => {
      const execution = await sfn.describeExecution({ executionArn });
      return execution.status === "RUNNING" ? undefined : execution;
    }, "the execution is still running");

  return {
    kinesis,
    lambda,
    personalize,
    s3,
    sfn,
    /** Invokes a function, and returns its answer. */
    async invoke<Answer = FunctionReply>(FunctionName: string, request: object = {}): Promise<Answer> {
      const { Payload } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(request) });
      return JSON.parse(Buffer.from(Payload ?? []).toString("utf8"));
    },
    /**
     * Puts records on the stream by one request, objects as JSON, with one key or the key of each.
     * Returns the ids that the consumer gives to events without one.
     */
    async put(contents: readonly (object | string)[], keyOf = (_index: number) => "any"): Promise<string[]> {
      const toData = (content: object | string) =>
        Buffer.from(typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content));
      const { Records = [], FailedRecordCount } = await kinesis.putRecords({
        StreamName: outputs.eventStreamName,
        Records: contents.map((content, index) => ({ PartitionKey: keyOf(index), Data: toData(content) })),
      });
      if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records are not on the stream.`);
      return Records.map(({ ShardId, SequenceNumber }) => `${ShardId}:${SequenceNumber}`);
    },
    eventsOf,
    /** Waits for a visitor's events in Personalize. */
    isDelivered: (id: string) =>
      eventually(() => (eventsOf(id).length > 0 ? eventsOf(id) : undefined), `no event of ${id} was delivered`),
    /** Lists users of the interactions whose ids contain a text. */
    findUsers: (part = "", most = 10) => inspection.users(place, outputs.datasetGroupArn, part, most).found,
    findItem: (itemId: string) => inspection.item(place, outputs.datasetGroupArn, itemId),
    async listKeys(Bucket: string, Prefix = ""): Promise<string[]> {
      const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix });
      return Contents.map(({ Key = "" }) => Key);
    },
    async readText(Bucket: string, Key: string): Promise<string> {
      return (await (await s3.getObject({ Bucket, Key })).Body?.transformToString()) ?? "";
    },
    readParameter,
    /** Reads the version that a model's parameter names. */
    readNamedVersion: (model = "recommendation") =>
      readParameter(`${outputs.parameterPrefix}/personalize/${model}/solution/version/arn`),
    readCampaign,
    /** Reads the version that a model's campaign serves. */
    readServedVersion: async (model?: string) => (await readCampaign(model)).solutionVersionArn ?? "",
    startMachine,
    waitForExecution,
    /** Runs the retraining's state machine to its end. */
    runMachine: async (input: object) => waitForExecution(await startMachine(input)),
  };
}
