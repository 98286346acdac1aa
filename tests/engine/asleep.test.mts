// A stack that is put to rest and woken by the real engine, with the policies of `doctor
// --deploy-policy` and `doctor --preview-policy` and nothing else. The tests are its chapters and
// run in their order.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { createDeployPolicy, createPreviewPolicy } from "../../cli/doctor/deployment/policies.ts";
import { Fault } from "../../local/account/aws/fault.ts";
import { startAccount } from "../../local/account.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { type Engine, needsPulumi } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { createRoleWithPolicies, openSession } from "../support/role-session.ts";
import type { StackUse } from "../support/stack-use.ts";
import { type Environment, openEnvironment } from "./environment.mts";

const models = ["recommendation", "reranking", "similar"];

describe("A stack falls asleep and wakes", needsPulumi, () => {
  let stack: Environment;
  let use: StackUse;
  let deployRole: string;
  let previewRole: string;
  let before: unknown;
  let first: readonly string[];
  beforeAll(async () => {
    const account = await startAccount({ speed: hurriedSpeed });
    account.clock.skipTransitions(() => Number.POSITIVE_INFINITY);
    stack = await openEnvironment("rests", {
      account,
      config: { asleep: "true", placements: JSON.stringify({ similar: { recipe: "aws-similar-items" } }) },
    });
    const place = { account: "000000000000", region: "eu-west-1" };
    const name = { project: "recommender", stack: "rests" };
    // Those of a stack that is awake.
    const { "recommender:asleep": _, ...config } = stack.engine.configuration();
    const plan = await planStack({ ...place, ...name, config });
    deployRole = await createRoleWithPolicies(account, "deploys", createDeployPolicy(place, name, plan));
    previewRole = await createRoleWithPolicies(account, "previews", createPreviewPolicy(place, name, plan));
    before = await listEverything(account);
  });
  afterAll(async () => {
    stack.engine.forget();
    await stack.account.close();
  });

  const as = async <T,>(role: string, work: (engine: Engine) => Promise<T>): Promise<T> =>
    stack.engine.as(await openSession(stack.account, role), () => work(stack.engine));
  const up = () => as(deployRole, (engine) => engine.up());
  const expectNoChanges = () => as(previewRole, (engine) => engine.preview({ expectNoChanges: true }));
  const expectNoChangesAfterRefresh = () =>
    as(deployRole, (engine) => engine.run("up", "--refresh", "--yes", "--skip-preview", "--expect-no-changes"));
  const set = (asleep: "true" | undefined) => stack.engine.configure({ asleep });
  const listCampaigns = async () =>
    ((await stack.personalize.listCampaigns({})).campaigns ?? []).map(({ campaignArn }) => campaignArn).sort();
  const listArns = async () => Object.values((await stack.outputs()).campaignArns).sort();
  const readNamed = () => Promise.all(models.map((model) => use.readNamedVersion(model)));
  const readServed = () => Promise.all(models.map((model) => use.readServedVersion(model)));

  test("a first `up` asleep trains, makes no campaign, and says the ARNs that they will have", async () => {
    await up();
    use = await stack.use();
    expect(await listCampaigns()).toEqual([]);
    expect(await listArns()).toHaveLength(models.length);
    const versions = await readNamed();
    for (const version of versions) expect(version).toMatch(/:solution\/recommender-rests-.*\/[0-9a-f]+$/);
    await expectNoChanges();
  });

  test("awake, campaigns with these ARNs serve the versions", async () => {
    const named = await readNamed();
    const arns = await listArns();
    set(undefined);
    await up();
    expect(await listCampaigns()).toEqual(arns);
    first = await readServed();
    expect(first).toEqual(named);
    expect((await stack.recommend({ userId: "u" })).source).toBe("personalize");
    await expectNoChanges();
  });

  test("while a retraining runs, a preview refuses the sleep, and names the key", async () => {
    set("true");
    stack.account.clock.setSpeed(0);
    const execution = await use.startMachine({ force: true });
    await expect(as(previewRole, (engine) => engine.preview())).rejects.toThrow(
      /recommender:asleep: cannot be true while a retraining or a rollback runs \(arn:aws:states:.*Nothing was changed/s,
    );
    stack.account.clock.setSpeed(hurriedSpeed);
    expect((await use.waitForExecution(execution)).status).toBe("SUCCEEDED");
  });

  test("a retraining that begins after the look stops the `up` while the functions still call the campaigns", async () => {
    const { account } = stack;
    const campaigns = await listCampaigns();
    const begun = new Promise<string>((resolve, reject) => {
      const forget = account.log.listen(({ operation }) => {
        if (operation !== "ListExecutions") return;
        forget();
        // The retraining must still run at the second look, however slow the machine is.
        account.clock.setSpeed(0);
        use.startMachine({ force: true }).then(resolve, reject);
      });
    });
    const printed = await up().catch(String);
    expect(printed).toContain("It began before its schedule was off, which it is now");
    expect(await listCampaigns()).toEqual(campaigns);
    expect((await stack.recommend({ userId: "u" })).source).toBe("personalize");
    account.clock.setSpeed(hurriedSpeed);
    expect((await use.waitForExecution(await begun)).status).toBe("SUCCEEDED");
    // The other way: the stack stays awake.
    set(undefined);
    await up();
    await expectNoChanges();
  });

  test("after promotions, the campaigns and parameters have the versions before the sleep", async () => {
    const serving = await readServed();
    expect(serving).not.toEqual(first);
    set("true");
    await up();
    expect(await listCampaigns()).toEqual([]);
    expect((await stack.recommend({ userId: "u" })).source).toBe("fallback");
    await expectNoChanges();
    await expectNoChangesAfterRefresh();
    expect(await readNamed()).toEqual(serving);
    set(undefined);
    await up();
    expect(await readServed()).toEqual(serving);
    expect(await readNamed()).toEqual(serving);
    await expectNoChangesAfterRefresh();
  });

  test("asleep, a version is deleted, a model is added, one removed, and one gets another recipe; awake, what is right serves", async () => {
    const [serving = ""] = await readServed();
    await use.runMachine({ force: true, models: ["recommendation"] });
    const [deleted = ""] = await readServed();
    set("true");
    await up();
    hideVersion(stack, deleted);
    stack.engine.configure({
      rerankingRecipe: "aws-personalized-ranking-v2",
      placements: JSON.stringify({ trends: { recipe: "aws-trending-now" } }),
    });
    await up();
    expect(await listCampaigns()).toEqual([]);
    set(undefined);
    const printed = await as(deployRole, (engine) => engine.run("up", "--yes", "--skip-preview"));
    expect(printed).toContain(`recommendation: the version that served last, ${deleted}, does not exist`);
    const { campaignArns } = await stack.outputs();
    expect(Object.keys(campaignArns).sort()).toEqual(["recommendation", "reranking", "trends"]);
    expect(await listCampaigns()).toEqual(await listArns());
    use = await stack.use();
    expect([await use.readServedVersion(), await use.readNamedVersion()]).toEqual([serving, serving]);
    expect(await use.readNamedVersion("reranking")).toBe(await use.readServedVersion("reranking"));
  });

  test("a `destroy` asleep leaves nothing", async () => {
    set("true");
    await up();
    await as(deployRole, (engine) => engine.destroy());
    expect(await listEverything(stack.account)).toEqual(before);
  });
});

/**
 * Makes the service answer for a version as for one that does not exist: it has no call that
 * deletes a version alone.
 */
function hideVersion({ account }: Environment, arn: string): void {
  const { control } = account.personalize;
  const pass = control.handlers.DescribeSolutionVersion;
  if (!pass) throw new Error("The account has no DescribeSolutionVersion.");
  const DescribeSolutionVersion: typeof pass = (input, call) => {
    if (input.solutionVersionArn === arn) throw new Fault("ResourceNotFoundException", "It was deleted.");
    return pass(input, call);
  };
  Object.assign(control.handlers, { DescribeSolutionVersion });
  account.host.register(control);
}
