// A stack that is put to rest and woken by the real engine, with the policies of `doctor
// --deploy-policy` and `doctor --preview-policy` and nothing else. The tests are its chapters and
// run in their order.
import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { createDeployPolicy, createPreviewPolicy } from "../../cli/doctor/deployment/policies.ts";
import { startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { type Engine, pulumiIsThere } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { createRoleWithPolicies, openSession } from "../support/role-session.ts";
import type { StackUse } from "../support/stack-use.ts";
import { type Environment, openEnvironment } from "./environment.mts";

const models = ["recommendation", "reranking"];

describe.skipIf(!pulumiIsThere)("A stack falls asleep and wakes", () => {
  let stack: Environment;
  let use: StackUse;
  let deployRole: string;
  let previewRole: string;
  let before: unknown;
  beforeAll(async () => {
    const account = await startAccount({ speed: hurriedSpeed });
    account.clock.skipTransitions(() => Number.POSITIVE_INFINITY);
    stack = await openEnvironment("rests", { account, config: { asleep: "true" } });
    const place = { account: "000000000000", region: "eu-west-1" };
    const name = { project: "recommender", stack: "rests" };
    // Those of a stack that is awake.
    const { "recommender:asleep": _, ...config } = stack.engine.configuration();
    const plan = await planStack({ ...place, ...name, config });
    deployRole = await createRoleWithPolicies(account, "deploys", [createDeployPolicy(place, name, plan)]);
    previewRole = await createRoleWithPolicies(account, "previews", [createPreviewPolicy(place, name, plan)]);
    before = await listEverything(account);
  });
  afterAll(async () => {
    stack.engine.forget();
    await stack.account.close();
  });

  const as = async <T,>(role: string, work: (engine: Engine) => Promise<T>): Promise<T> =>
    stack.engine.as(await openSession(stack.account, role), () => work(stack.engine));
  const up = () => as(deployRole, (engine) => engine.up());
  const expectNoChanges = async () => {
    await as(previewRole, (engine) => engine.preview({ expectNoChanges: true }));
    await as(deployRole, (engine) => engine.refresh({ expectNoChanges: true }));
    expect(await up()).toEqual({});
  };
  const set = (asleep: "true" | undefined) => stack.engine.configure({ asleep });
  const listCampaigns = async () => (await stack.personalize.listCampaigns({})).campaigns ?? [];
  const parameters = () => new SSM(sdk(stack.account));
  const pathOf = (model: string) => `/animal-recommender/rests/personalize/${model}/solution/version/arn`;
  const readNamed = () => Promise.all(models.map((model) => use.readNamedVersion(model)));
  const readServed = () => Promise.all(models.map((model) => use.readServedVersion(model)));

  test("a first `up` asleep trains, makes no campaign, and says the ARNs that they will have", async () => {
    await up();
    use = await stack.use();
    expect(await listCampaigns()).toEqual([]);
    const { campaignArns } = await stack.outputs();
    expect(Object.keys(campaignArns)).toEqual(models);
    const versions = await readNamed();
    for (const version of versions) expect(version).toMatch(/:solution\/recommender-rests-.*\/[0-9a-f]+$/);
    await expectNoChanges();
  });

  test("awake, campaigns with these ARNs serve the versions", async () => {
    const named = await readNamed();
    const { campaignArns } = await stack.outputs();
    set(undefined);
    await up();
    expect((await listCampaigns()).map(({ campaignArn }) => campaignArn).sort()).toEqual(
      Object.values(campaignArns).sort(),
    );
    expect(await readServed()).toEqual(named);
    expect((await stack.recommend({ userId: "u" })).source).toBe("personalize");
    await expectNoChanges();
  });

  test("while a retraining runs, a preview refuses the sleep, and names the key", async () => {
    set("true");
    stack.account.clock.setSpeed(1);
    const execution = await use.startMachine({ force: true });
    await expect(as(previewRole, (engine) => engine.preview())).rejects.toThrow(
      /recommender:asleep: cannot be true while a retraining or a rollback runs \(arn:aws:states:.*Nothing was changed/s,
    );
    stack.account.clock.setSpeed(hurriedSpeed);
    expect((await use.waitForExecution(execution)).status).toBe("SUCCEEDED");
  });

  test("after two promotions and a rollback, the campaigns and parameters have the versions before the sleep", async () => {
    await use.runMachine({ force: true });
    const third = await readServed();
    for (const model of models) await use.runMachine({ rollback: { model } });
    const serving = await readServed();
    expect(serving).not.toEqual(third);
    set("true");
    const steps = await up();
    expect(steps).toMatchObject({ "Campaign recommender-recommendation-campaign": "update" });
    expect(await listCampaigns()).toEqual([]);
    expect((await stack.recommend({ userId: "u" })).source).toBe("fallback");
    expect(await readNamed()).toEqual(serving);
    await expectNoChanges();
    expect(await readNamed()).toEqual(serving);
    set(undefined);
    await up();
    expect(await readServed()).toEqual(serving);
    expect(await readNamed()).toEqual(serving);
    expect((await stack.recommend({ userId: "u" })).source).toBe("personalize");
    await expectNoChanges();
  });

  test("a version that does not exist any more gives way to the newest promoted one that does, with a warning", async () => {
    const [serving = ""] = await readServed();
    set("true");
    await up();
    // The service has no call that deletes a version: this one was never there.
    const gone = `${serving.slice(0, serving.lastIndexOf("/"))}/00000000`;
    await parameters().putParameter({ Name: pathOf("recommendation"), Value: gone, Overwrite: true });
    set(undefined);
    const printed = await as(deployRole, (engine) => engine.run("up", "--yes", "--skip-preview"));
    expect(printed).toContain(`the version that served last, ${gone}, does not exist`);
    expect((await readServed())[0]).toBe(serving);
    expect((await readNamed())[0]).toBe(serving);
  });

  test("asleep, a model is added, another one removed, and a third gets another recipe; awake, the new ones serve", async () => {
    set("true");
    await up();
    stack.engine.configure({
      rerankingEnabled: "false",
      recommendationRecipe: "aws-user-personalization-v2",
      placements: JSON.stringify({ similar: { recipe: "aws-similar-items" } }),
    });
    await up();
    expect(await listCampaigns()).toEqual([]);
    await expectNoChanges();
    set(undefined);
    await up();
    const { campaignArns } = await stack.outputs();
    expect(Object.keys(campaignArns).sort()).toEqual(["recommendation", "similar"]);
    expect((await listCampaigns()).map(({ campaignArn }) => campaignArn).sort()).toEqual(
      Object.values(campaignArns).sort(),
    );
    await expectNoChanges();
  });

  test("a `destroy` asleep leaves nothing", async () => {
    set("true");
    await up();
    await as(deployRole, (engine) => engine.destroy());
    expect(await listEverything(stack.account)).toEqual(before);
  });
});
