/**
 * `npm run rollback -- --stack dev --model recommendation [--to <solution version ARN>]`: back to the version before the
 * last promotion, or to the one named. Starts the retraining state machine's rollback and waits for its end.
 */
import { parseArgs } from "node:util";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { physicalName } from "../components/names";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function rollback(stack: string, model: string, to: string | undefined): Promise<string> {
  const client = new SFNClient({});
  const region = await client.config.region();
  const { Account } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  const name = physicalName("recommender", stack, "retraining");
  const stateMachineArn = `arn:aws:states:${region}:${Account}:stateMachine:${name}`;
  const input = JSON.stringify({ rollback: { model, ...(to === undefined ? {} : { to }) } });
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
  console.log(`Rolling ${model} of stack ${stack} back; the campaign keeps serving meanwhile (${executionArn}).`);
  for (let delay = 500; ; delay = Math.min(delay * 1.5, 15_000)) {
    const { status, output = "", error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return output;
    if (status !== "RUNNING") throw new Error(`The rollback ${status}: ${error ?? ""} ${cause ?? ""}`.trim());
    await pause(delay);
  }
}

const { values } = parseArgs({
  options: { stack: { type: "string" }, model: { type: "string" }, to: { type: "string" } },
});
if (values.stack === undefined || values.model === undefined) {
  console.error("Give --stack and --model, e.g. npm run rollback -- --stack dev --model recommendation");
  process.exit(2);
}
rollback(values.stack, values.model, values.to).then(console.log, (error: Error) => {
  console.error(error.message);
  process.exit(1);
});
