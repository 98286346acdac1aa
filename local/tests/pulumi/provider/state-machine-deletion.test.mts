import { SFN } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { createAws } from "../../../pulumi/provider/aws.ts";
import { createProvider } from "../../../pulumi/provider/provider.ts";
import { openAccount } from "../../support/account.mts";
import { sdk } from "../../support/aws.ts";
import { createRole } from "../../support/roles.ts";

const type = "aws:sfn/stateMachine:StateMachine";
const definition = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "Pause",
  States: { Pause: { Type: "Wait", Seconds: 300, Next: "After" }, After: { Type: "Succeed" } },
});

const account = await openAccount();

// API reference, DeleteStateMachine: executions end at their next transition, and only then is the
// machine deleted.
test("deleting a state machine waits for the next transition of a running execution", async () => {
  const client = new SFN(sdk(account));
  const { endpoint, credentials } = sdk(account);
  const provider = createProvider(createAws("eu-west-1", { endpoint, credentials }));
  const roleArn = await createRole(account, "machine", "states.amazonaws.com");
  const { inputs } = provider.check(type, "nightly", {}, { roleArn, definition });
  const { id, outs } = await provider.create(type, inputs);
  await client.startExecution({ stateMachineArn: id });

  let isDeleted = false;
  const deletion = provider.delete(type, id, outs).then(() => {
    isDeleted = true;
  });
  await expect.poll(async () => (await client.describeStateMachine({ stateMachineArn: id })).status).toBe("DELETING");
  await account.clock.advance(299_000);
  expect(isDeleted).toBe(false);
  await account.clock.advance(2_000);
  await deletion;
  await expect(client.describeStateMachine({ stateMachineArn: id })).rejects.toMatchObject({
    name: "StateMachineDoesNotExist",
  });
});
