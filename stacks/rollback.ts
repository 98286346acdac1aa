/**
 * `npm run rollback -- --stack dev --model recommendation [--to <solution version ARN>]`: back to the version before the
 * last promotion, or to the one named. Starts the retraining state machine's rollback and waits for its end. Account and
 * Region are the stack's: those of `Pulumi.<stack>.yaml`, and of the environment where the file leaves them open.
 */
import { parseArgs } from "node:util";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { physicalName } from "../components/support/names";
import { type Access, accessOf, accountOf, assumedCredentials } from "../dynamic-providers/support/access";
import { readStackFile } from "./stack-file";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How the stack's own configuration reaches AWS. Throws when only the Pulumi CLI could read it. */
function accessToStack(stack: string): Access {
  const { values, encrypted } = readStackFile(process.cwd(), stack);
  if (encrypted.length > 0) {
    throw new Error(
      `Pulumi.${stack}.yaml holds ${encrypted.join(", ")} encrypted, which this command cannot read. Set the environment ` +
        "variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use aws:profile instead of keys.",
    );
  }
  const access = accessOf((key) => values[key]);
  if (access.problem) throw new Error(access.problem);
  return access;
}

async function rollback(stack: string, model: string, to: string | undefined): Promise<string> {
  const access = accessToStack(stack);
  // An endpoint of Personalize's own is none of Step Functions.
  const { endpoint: _endpoint, ...settings } = access.clients?.personalize ?? {};
  const client = new SFNClient({ ...settings, ...assumedCredentials(access) });
  const [account, region] = await Promise.all([accountOf(access), client.config.region()]);
  const { allowed = [], forbidden = [] } = access;
  if ((allowed.length > 0 && !allowed.includes(account)) || forbidden.includes(account)) {
    throw new Error(`The credentials are of account ${account}, which Pulumi.${stack}.yaml does not allow.`);
  }
  const name = physicalName("recommender", stack, "retraining");
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
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
