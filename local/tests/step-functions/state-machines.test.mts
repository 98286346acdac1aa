import { SFN } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { createRole, sessionOf } from "../support/roles.ts";
import { define, openMachines, passing, start, waiting } from "./machines.mts";

const on = await openMachines();

test("are described as they were created, and listed", async () => {
  const arn = await on.create("described", passing);
  expect(arn).toBe("arn:aws:states:eu-west-1:000000000000:stateMachine:described");
  const { $metadata, ...machine } = await on.states.describeStateMachine({ stateMachineArn: arn });
  expect(machine).toEqual({
    stateMachineArn: arn,
    name: "described",
    status: "ACTIVE",
    definition: passing,
    roleArn: "arn:aws:iam::000000000000:role/described-role",
    type: "STANDARD",
    creationDate: new Date(start),
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: { type: "AWS_OWNED_KEY" },
  });
  const { stateMachines } = await on.states.listStateMachines({});
  expect(stateMachines).toContainEqual({
    stateMachineArn: arn,
    name: "described",
    type: "STANDARD",
    creationDate: new Date(start),
  });
});

test("creating the same again answers the same; another definition is refused", async () => {
  const stateMachineArn = await on.create("twice", passing);
  const roleArn = "arn:aws:iam::000000000000:role/twice-role";
  const again = await on.states.createStateMachine({ name: "twice", definition: passing, roleArn });
  expect(again.stateMachineArn).toBe(stateMachineArn);
  await expect(on.states.createStateMachine({ name: "twice", definition: waiting, roleArn })).rejects.toMatchObject({
    name: "StateMachineAlreadyExists",
  });
});

test("a role that does not trust Step Functions is refused", async () => {
  const roleArn = await createRole(on.account, "for-lambda", "lambda.amazonaws.com");
  await expect(on.states.createStateMachine({ name: "untrusted", definition: passing, roleArn })).rejects.toMatchObject(
    {
      name: "AccessDeniedException",
      message:
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
    },
  );
});

test("a faulty definition is refused with its faults", async () => {
  const roleArn = await createRole(on.account, "faulty-role", "states.amazonaws.com");
  const definition = define({ Only: { Type: "Pass", Next: "Nowhere" } });
  await expect(on.states.createStateMachine({ name: "faulty", definition, roleArn })).rejects.toMatchObject({
    name: "InvalidDefinition",
    message: expect.stringContaining("MISSING_TRANSITION_TARGET: Missing 'Next' target: Nowhere at /States/Only/Next"),
  });
  const { result, diagnostics } = await on.states.validateStateMachineDefinition({ definition });
  expect(result).toBe("FAIL");
  expect(diagnostics?.[0]).toEqual({
    severity: "ERROR",
    code: "MISSING_TRANSITION_TARGET",
    message: "Missing 'Next' target: Nowhere",
    location: "/States/Only/Next",
  });
});

test("a validation answers at most as many faults as asked for, and that there are more; 0 asks for 100", async () => {
  const states = Object.fromEntries(["A", "B", "C"].map((name) => [name, { Type: "Pass", Next: "Nowhere" }]));
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States: states });
  const validate = (maxResults: number) => on.states.validateStateMachineDefinition({ definition, maxResults });

  const all = await validate(0);
  expect(all).toMatchObject({ result: "FAIL", truncated: false });
  expect(all.diagnostics?.length).toBeGreaterThan(2);
  expect(await validate(1)).toMatchObject({ result: "FAIL", truncated: true, diagnostics: [all.diagnostics?.[0]] });
});

test("a validation needs its permission on every state machine, as AWS's refusals name it", async () => {
  const account = "000000000000";
  const trusted = await createRole(on.account, "validator", account, [
    { Action: "states:CreateStateMachine", Resource: "*" },
  ]);
  const as = new SFN(sdk(on.account, await sessionOf(on.account, trusted)));
  await expect(as.validateStateMachineDefinition({ definition: passing })).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining(
      `states:ValidateStateMachineDefinition on resource: arn:aws:states:eu-west-1:${account}:stateMachine:*`,
    ),
  });
});

test("names with characters of ARNs are refused", async () => {
  const roleArn = await createRole(on.account, "named-role", "states.amazonaws.com");
  await expect(on.states.createStateMachine({ name: "a:b", definition: passing, roleArn })).rejects.toMatchObject({
    name: "InvalidName",
  });
});

test("an update is for executions that start after it", async () => {
  const stateMachineArn = await on.create("updated", waiting);
  const before = await on.run(stateMachineArn);
  await on.states.updateStateMachine({ stateMachineArn, definition: passing });
  const after = await on.run(stateMachineArn);
  await on.account.clock.advance(60_000);
  expect((await on.describeExecution(before)).output).toBe("{}");
  expect((await on.describeExecution(after)).output).toBe('{"done":true}');
});

test("an update of nothing is refused", async () => {
  const stateMachineArn = await on.create("unchanged", passing);
  await expect(on.states.updateStateMachine({ stateMachineArn })).rejects.toMatchObject({
    name: "MissingRequiredParameter",
  });
});

test("deleting ends running executions at their next transition and then removes the machine", async () => {
  const definition = define({
    Pause: { Type: "Wait", Seconds: 60, Next: "After" },
    After: { Type: "Succeed" },
  });
  const stateMachineArn = await on.create("deleted", definition);
  const executionArn = await on.run(stateMachineArn);
  await on.states.deleteStateMachine({ stateMachineArn });
  expect((await on.states.describeStateMachine({ stateMachineArn })).status).toBe("DELETING");
  await expect(on.run(stateMachineArn)).rejects.toMatchObject({ name: "StateMachineDeleting" });
  expect((await on.describeExecution(executionArn)).status).toBe("RUNNING");
  await on.account.clock.advance(60_000);
  await expect(on.states.describeStateMachine({ stateMachineArn })).rejects.toMatchObject({
    name: "StateMachineDoesNotExist",
  });
  await on.states.deleteStateMachine({ stateMachineArn });
});
