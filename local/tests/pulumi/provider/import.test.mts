import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "../../../pulumi/provider/catalogue.ts";
import type { Properties } from "../../../pulumi/provider/resource.ts";
import { samples } from "./samples.mts";
import { openStage } from "./stage.mts";

const { account, provider, stage, create } = await openStage();

test("does not delete a policy that is attached to other roles; the error lists them", async () => {
  const type = "aws:iam/policy:Policy";
  const policy = samples[type]?.fewest(stage) ?? {};
  const { id, outs } = await create(type, "attached", policy);
  const { role } = stage;
  const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
  const attached = await create(attachment, "attached", { role, policyArn: id });

  await expect(provider.delete(type, id, outs)).rejects.toThrow(
    `${id}: Cannot delete a policy attached to entities. It is attached to role ${role}.`,
  );
  await provider.delete(attachment, attached.id, attached.outs);
  await provider.delete(type, id, outs);
  expect(await provider.read(type, id, outs)).toBeUndefined();
});

test("does not take over a topic that exists", async () => {
  const type = "aws:sns/topic:Topic";
  const { id, inputs, outs } = await create(type, "taken", { name: "taken" });
  await expect(provider.create(type, inputs)).rejects.toThrow("SNS Topic (taken) already exists");
  await provider.delete(type, id, outs);
});

// What the real provider's state had after a deployment to the account, and the program does not
// set.
test.each<[string, Properties]>([
  ["aws:cloudwatch/eventRule:EventRule", { eventBusName: "default", tagsAll: {} }],
  ["aws:cloudwatch/logGroup:LogGroup", { logGroupClass: "STANDARD", tagsAll: {} }],
  ["aws:iam/role:Role", { createDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/), tagsAll: {} }],
  ["aws:kms/key:Key", { keyUsage: "ENCRYPT_DECRYPT", tagsAll: {} }],
  [
    "aws:lambda/function:Function",
    {
      ephemeralStorage: { size: 512 },
      loggingConfig: { logFormat: "Text", logGroup: expect.stringMatching(/^\/aws\/lambda\//) },
      tracingConfig: { mode: "PassThrough" },
      lastModified: expect.any(String),
      qualifiedInvokeArn: expect.stringMatching(/:\$LATEST\/invocations$/),
    },
  ],
  ["aws:s3/bucket:Bucket", { region: "eu-west-1", versioning: { enabled: false, mfaDelete: false } }],
  ["aws:s3/bucketObjectv2:BucketObjectv2", { serverSideEncryption: "AES256" }],
])("%s has the outputs that AWS fills in", async (type, outputs) => {
  const { id, outs } = await create(type, "outputs", samples[type]?.fewest(stage) ?? {});
  expect(outs).toMatchObject(outputs);
  await provider.delete(type, id, outs);
});

test("a parameter that a killed deployment left is overwritten if the program says so, and gets its tags", async () => {
  const type = "aws:ssm/parameter:Parameter";
  const given = { name: "/pets/left", type: "String", value: "cats", tags: { team: "pets" } };
  const { inputs } = provider.check(type, "left", {}, given);
  await provider.create(type, inputs);
  await expect(provider.create(type, inputs)).rejects.toThrow("already exists");

  const { inputs: overwriting } = provider.check(type, "left", {}, { ...given, value: "dogs", overwrite: true });
  const { id, outs } = await provider.create(type, overwriting);
  const refreshed = (await provider.read(type, id, outs)) ?? {};
  expect(refreshed).toMatchObject({ value: "dogs", tags: { team: "pets" } });
  expect(provider.diff(type, refreshed, overwriting)).toMatchObject({ changes: false });
  await provider.delete(type, id, outs);
});

test("a refresh finds an input that was set by hand and never by the program", async () => {
  const type = "aws:ssm/parameter:Parameter";
  const { id, inputs, outs } = await create(type, "watched", { type: "String", value: "cats" });
  const changed = { ...inputs, description: "By hand" };
  await provider.update(type, id, outs, changed);

  const refreshed = (await provider.read(type, id, outs)) ?? {};
  expect(refreshed.description).toBe("By hand");
  expect(provider.diff(type, refreshed, inputs)).toMatchObject({ changes: true });
  await provider.delete(type, id, outs);
});

test("a plan rejects an invalid state machine definition with each of its errors", async () => {
  const type = "aws:sfn/stateMachine:StateMachine";
  const sample = samples[type]?.fewest(stage) ?? {};
  const broken = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Nowhere", States: { End: { Type: "Succeed" } } });
  const { inputs } = provider.check(type, "broken", {}, { ...sample, definition: broken });

  const failures = await provider.plan(type, {}, inputs);
  expect(failures.length).toBeGreaterThan(0);
  for (const { property, reason } of failures) {
    expect(property).toBe("definition");
    expect(reason).toMatch(/^[A-Z_]+: .+ at \/\S*$/);
  }
});

test("validates only a changed definition", async () => {
  const type = "aws:sfn/stateMachine:StateMachine";
  const { inputs } = provider.check(type, "planned", {}, samples[type]?.fewest(stage) ?? {});
  const validations = () =>
    account.log.entries().filter(({ operation }) => operation === "ValidateStateMachineDefinition").length;
  const before = validations();

  await provider.plan(type, inputs, { ...inputs, tags: { team: "pets" } });
  expect(validations()).toBe(before);
  await provider.plan(type, inputs, { ...inputs, definition: String(inputs.definition).replace("few", "other") });
  expect(validations()).toBe(before + 1);
});

/** The types that are imported by another id than the one that their resources have. */
const importIds: Readonly<Record<string, (state: Properties) => string>> = {
  "aws:cloudwatch/eventTarget:EventTarget": ({ rule, targetId }) => `${rule}/${targetId}`,
  "aws:cloudwatch/logStream:LogStream": ({ logGroupName, name }) => `${logGroupName}:${name}`,
  "aws:kinesis/stream:Stream": ({ name }) => String(name),
};

describe.each(Object.keys(catalogue))("%s", (type) => {
  describe.each(["fewest", "most"] as const)("with the %s inputs", (size) => {
    let created: Awaited<ReturnType<typeof create>>;
    let sample: Properties;
    beforeAll(async () => {
      const inputsOf = samples[type]?.[size];
      if (!inputsOf) throw new Error(`local/tests/pulumi/provide./samples.mts and samples-s3.ts have no ${type}.`);
      sample = inputsOf(stage);
      created = await create(type, `sample-${size}`, sample);
    });
    afterAll(() => provider.delete(type, created.id, created.outs));

    test("an import by id reads all inputs and outputs, and the next preview has no change", async () => {
      const id = importIds[type]?.(created.outs) ?? created.id;
      const imported = await provider.read(type, id, {});
      if (!imported) throw new Error(`${id} was not found.`);
      expect(provider.idOf(type, id, imported)).toBe(created.id);
      const inputs = provider.inputsIn(type, imported);

      const next = provider.check(type, `sample-${size}`, inputs, sample);
      expect(next.failures).toEqual([]);
      const state = await provider.recognise(type, imported, next.inputs);
      expect(Object.keys(state)).toEqual(expect.arrayContaining(Object.keys(created.outs)));
      expect(provider.diff(type, state, next.inputs)).toEqual({
        changes: false,
        replaces: [],
        deleteBeforeReplace: catalogue[type]?.deleteBeforeReplace ?? false,
      });
      expect(await provider.plan(type, {}, created.inputs)).toEqual([]);
      expect(await provider.plan(type, inputs, next.inputs)).toEqual([]);
    });

    test("a refresh changes nothing, in the state or in the inputs", async () => {
      const refreshed = (await provider.read(type, created.id, created.outs)) ?? {};
      expect(refreshed).toEqual(created.outs);
      expect(provider.inputsIn(type, refreshed)).toEqual(created.inputs);
      expect(provider.diff(type, refreshed, created.inputs)).toMatchObject({ changes: false });
    });
  });
});
