// Random lives of a campaign that rests at times, with a model of what costs.md promises. The
// provider is called as the engine calls it, on a local account, and in the account's time.
import { SSM } from "@aws-sdk/client-ssm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { campaignKind } from "../../dynamic-providers/campaign.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import type { OpenSession } from "../../dynamic-providers/service/session.ts";
import { type Stage, startStage } from "../../local/tests/personalize/stage.mts";
import { sdk } from "../../local/tests/support/aws.ts";
import { listParameters } from "../../names/layout.ts";
import { readServingVersions } from "../../stacks/serving-versions.ts";
import { parseConfig } from "../support/parse-config.ts";
import { isSecondRing } from "../support/second-ring.ts";

let stage: Stage;
let ssm: SSM;
/** The versions of two models, one of which replaces the other; the first of each is Pulumi's. */
let models: string[][];
beforeAll(async () => {
  stage = await startStage();
  ssm = new SSM(sdk(stage.account));
  const { groupArn } = await stage.filled();
  models = [];
  for (const recipe of ["aws-user-personalization", "aws-personalized-ranking"]) {
    const solutionArn = await stage.solution(groupArn, recipe);
    const versions: string[] = [];
    for (let trained = 0; trained < 4; trained++) versions.push((await stage.version(solutionArn)).arn);
    models.push(versions);
  }
});
afterAll(() => stage.account.close());

const solutionOf = (versionArn: string) => versionArn.slice(0, versionArn.lastIndexOf("/") + 1);
const firstOf = (model: number) => models[model]?.[0] ?? "";

/** What the team wants: the model, and whether the stack is asleep. */
interface Wanted {
  readonly model: number;
  readonly asleep: boolean;
}
const createCampaignProvider = (open: OpenSession) => createProvider(campaignKind, open);
type Provider = ReturnType<typeof createCampaignProvider>;
type Inputs = Parameters<Provider["create"]>[0];
type Resource = Awaited<ReturnType<Provider["create"]>>;

/** The engine and the account of one stack: what a run does in its order, until it is killed. */
function createStack(stack: string) {
  const { account, personalize } = stage;
  let left = Number.POSITIVE_INFINITY;
  /** Counts a call; the run is killed after its last one, before it knows the answer. */
  const send = async <T,>(call: () => Promise<T>): Promise<T> => {
    if (left <= 0) throw new Error("killed");
    const answer = await call();
    left--;
    if (left <= 0) throw new Error("killed");
    return answer;
  };
  const api = new Proxy(personalize, {
    get: (target, operation: keyof typeof personalize) => (input: never) =>
      send(() => (target[operation] as (input: never) => Promise<unknown>).call(target, input)),
  });
  const open: OpenSession = async (label, timeoutSeconds) => ({
    api,
    label,
    deadline: account.clock.now() + timeoutSeconds * 1_000,
    now: () => account.clock.now(),
    sleep: (milliseconds) => account.clock.advance(milliseconds),
    random: () => 0.5,
  });
  const provider = createCampaignProvider(open);
  const Name = listParameters(stack).solutionVersion("recommendation");
  const putParameter = (Value: string) => ssm.putParameter({ Name, Value, Type: "String", Overwrite: true });
  const readParameter = () =>
    ssm.getParameter({ Name }).then(
      ({ Parameter }) => Parameter?.Value,
      () => undefined,
    );
  const access = {
    clients: { cloudwatch: {}, lambda: {}, personalize: sdk(account), sfn: {}, ssm: sdk(account), sts: {} },
  };
  const config = parseConfig({ rerankingEnabled: "false" }, "test");

  let schedule = "";
  const state: { campaign?: Resource | undefined; parameter?: string | undefined; deletes: Resource[] } = {
    deletes: [],
  };
  const createInputs = async ({ model, asleep }: Wanted): Promise<Inputs> => {
    const { recommendation: recorded = "none" } = await readServingVersions(
      access,
      { project: "rests", stack },
      config,
    );
    const solutionVersionArn = firstOf(model);
    return {
      name: stack,
      timeoutSeconds: 7_200,
      providerVersion: "1",
      tags: {},
      ownerTags: { "pulumi:stack": stack },
      solutionVersionArn,
      servingVersionArn: recorded.startsWith(solutionOf(solutionVersionArn)) ? recorded : solutionVersionArn,
      minProvisionedTPS: 1,
      ...(asleep && { asleep }),
    };
  };
  const changeCampaign = async (news: Inputs): Promise<Resource> => {
    const { campaign } = state;
    if (!campaign) return provider.create(news);
    const { id, outs } = campaign;
    const { changes, replaces } = await provider.diff(id, outs, news);
    if (replaces.length === 0) return changes ? { id, ...(await provider.update(id, outs, news)) } : campaign;
    const created = await provider.create(news);
    state.deletes.push(campaign);
    return created;
  };
  const changeSchedule = async (asleep: boolean): Promise<void> => {
    schedule = asleep ? "DISABLED" : "ENABLED";
    await send(async () => undefined);
  };
  const changeParameter = async (solutionVersionArn: string): Promise<void> => {
    if (state.parameter === solutionVersionArn) return;
    await send(() => putParameter(solutionVersionArn));
    state.parameter = solutionVersionArn;
  };

  const describe = async () => {
    const { campaigns = [] } = await personalize.listCampaigns({});
    const own = campaigns.filter(({ name }) => name?.startsWith(`${stack}-`));
    return Promise.all(
      own.map(async ({ campaignArn }) => {
        const { campaign } = await personalize.describeCampaign({ campaignArn });
        const { status, solutionVersionArn = "" } = campaign ?? {};
        return { campaignArn, status, solutionVersionArn };
      }),
    );
  };
  const serve = async (solutionVersionArn: string): Promise<void> => {
    const [campaign] = await describe();
    await personalize.updateCampaign({ campaignArn: campaign?.campaignArn, solutionVersionArn });
    await account.clock.advance(3_600_000);
    await putParameter(solutionVersionArn);
  };

  return {
    describe,
    readParameter,
    schedule: () => schedule,
    async up(wanted: Wanted, killedAfter = Number.POSITIVE_INFINITY): Promise<void> {
      left = killedAfter;
      try {
        const news = await createInputs(wanted);
        if (wanted.asleep) await changeSchedule(true);
        const { outs } = await changeCampaign(news).then((campaign) => {
          state.campaign = campaign;
          return campaign;
        });
        if (!wanted.asleep) await changeSchedule(false);
        await changeParameter(outs.solutionVersionArn);
        for (const gone of [...state.deletes]) {
          await provider.delete(gone.id, gone.outs);
          state.deletes.splice(state.deletes.indexOf(gone), 1);
        }
      } catch (error) {
        if (left > 0) throw error;
      } finally {
        left = Number.POSITIVE_INFINITY;
      }
    },
    async refresh(): Promise<void> {
      const { campaign } = state;
      state.parameter = await readParameter();
      if (!campaign) return;
      const { props } = await provider.read(campaign.id, campaign.outs);
      state.campaign = props && { id: campaign.id, outs: props };
    },
    /** What the state machine does: nothing asleep, or without a campaign that serves. */
    async canServe(): Promise<boolean> {
      const campaigns = await describe();
      return schedule === "ENABLED" && campaigns.length === 1 && campaigns[0]?.status === "ACTIVE";
    },
    serve,
    async deleteByHand(waits: boolean): Promise<void> {
      for (const { campaignArn, status } of await describe()) {
        if (status !== "ACTIVE" && status !== "CREATE FAILED") continue;
        await personalize.deleteCampaign({ campaignArn });
      }
      if (waits) await account.clock.advance(3_600_000);
    },
    async destroy(): Promise<void> {
      const { campaign, deletes } = state;
      for (const each of [...(campaign ? [campaign] : []), ...deletes]) await provider.delete(each.id, each.outs);
    },
  };
}
type Stack = ReturnType<typeof createStack>;

const wanted = fc.record({ asleep: fc.boolean(), changesModel: fc.nat(5).map((drawn) => drawn === 0) });
const command = fc.oneof(
  { weight: 3, arbitrary: wanted.map((given) => ({ kind: "up" as const, ...given })) },
  { weight: 2, arbitrary: wanted.map((given) => ({ kind: "up --refresh" as const, ...given })) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("killed up" as const),
      asleep: fc.boolean(),
      changesModel: fc.boolean(),
      calls: fc.integer({ min: 1, max: 16 }),
      between: fc.constantFrom("nothing", "deletion", "retraining"),
      after: fc.constantFrom("the same", "the other with --refresh"),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "retraining" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "rollback" as const }) },
  { weight: 2, arbitrary: fc.boolean().map((waits) => ({ kind: "deletion by hand" as const, waits })) },
  { weight: 1, arbitrary: fc.constant({ kind: "refresh" as const }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** What the documents promise, without a word of how. */
interface Promised {
  model: number;
  asleep: boolean;
  /** The versions that were promoted and not left, the newest last. */
  promoted: string[];
  /** A campaign is there. */
  there: boolean;
  /** Pulumi knows it as awake, as asleep, or not at all. */
  known: "awake" | "asleep" | "nothing";
}

function expectRefresh(promised: Promised): void {
  if (promised.there) promised.known = "awake";
  else if (promised.known === "awake") promised.known = "nothing";
}

function expectUp(promised: Promised, { model, asleep }: Wanted): void {
  const isReplaced = model !== promised.model;
  if (isReplaced) promised.promoted = [firstOf(model)];
  const isAsleep = asleep ? "asleep" : "awake";
  // Without a refresh, Pulumi changes what it does not know to be right already.
  if (isReplaced || promised.known !== isAsleep) promised.there = !asleep;
  Object.assign(promised, { model, asleep, known: isAsleep });
}

async function retrain(stack: Stack, promised: Promised): Promise<void> {
  if (!(await stack.canServe())) return;
  const [{ solutionVersionArn = "" } = {}] = await stack.describe();
  const versions = models.find((each) => each.includes(solutionVersionArn)) ?? [];
  const next = versions.find((version) => !promised.promoted.includes(version));
  if (next === undefined || versions !== models[promised.model]) return;
  await stack.serve(next);
  promised.promoted.push(next);
}

async function run(stack: Stack, promised: Promised, given: Command): Promise<void> {
  const toWanted = ({ asleep, changesModel }: { asleep: boolean; changesModel: boolean }) => ({
    asleep,
    model: changesModel ? 1 - promised.model : promised.model,
  });
  switch (given.kind) {
    case "up --refresh":
    case "up": {
      const next = toWanted(given);
      if (given.kind === "up --refresh") {
        await stack.refresh();
        expectRefresh(promised);
      }
      await stack.up(next);
      return expectUp(promised, next);
    }
    case "killed up": {
      const next = toWanted(given);
      await stack.up(next, given.calls);
      // The killed run may have replaced the model already, and its versions with it.
      const isSame = given.after === "the same";
      const last = isSame ? next : { ...next, asleep: !next.asleep };
      if (last.model === promised.model && given.between === "retraining") await retrain(stack, promised);
      if (given.between === "deletion") await stack.deleteByHand(true);
      if (!isSame) await stack.refresh();
      await stack.up(last);
      // What the killed run has done, it may have told Pulumi or not: after the next one that does
      // not matter, unless someone has deleted the campaign, which only a refresh tells.
      const campaigns = await describeStanding(stack);
      const canBeMissing = isSame && !last.asleep && (given.between === "deletion" || !promised.there);
      if (last.model !== promised.model) promised.promoted = [firstOf(last.model)];
      const there = !last.asleep && !(canBeMissing && campaigns.length === 0);
      return void Object.assign(promised, { ...last, there, known: last.asleep ? "asleep" : "awake" });
    }
    case "retraining":
      return retrain(stack, promised);
    case "rollback": {
      const before = promised.promoted.at(-2);
      if (before === undefined || !(await stack.canServe())) return;
      await stack.serve(before);
      return void promised.promoted.pop();
    }
    case "deletion by hand":
      await stack.deleteByHand(given.waits);
      promised.there = false;
      return;
    case "refresh":
      await stack.refresh();
      return expectRefresh(promised);
  }
}

/** Describes the campaigns that are not being deleted. */
async function describeStanding(stack: Stack) {
  return (await stack.describe()).filter(({ status }) => !status?.startsWith("DELETE"));
}

async function expectPromised(stack: Stack, promised: Promised): Promise<void> {
  const campaigns = await describeStanding(stack);
  const served = promised.promoted.at(-1);
  expect({
    served: campaigns.map(({ status, solutionVersionArn }) => [status, solutionVersionArn]),
    parameter: await stack.readParameter(),
    schedule: stack.schedule(),
  }).toEqual({
    served: promised.there ? [["ACTIVE", served]] : [],
    parameter: served,
    schedule: promised.asleep ? "DISABLED" : "ENABLED",
  });
}

let lives = 0;
test("after each command, the promoted version is named and serves, or will", async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(command, { minLength: 3, maxLength: 9 }), async (asleep, commands) => {
      const stack = createStack(`life${lives++}`);
      try {
        const promised: Promised = {
          model: 0,
          asleep,
          promoted: [firstOf(0)],
          there: !asleep,
          known: asleep ? "asleep" : "awake",
        };
        await stack.up({ model: 0, asleep });
        await expectPromised(stack, promised);
        for (const given of commands) {
          await run(stack, promised, given);
          await expectPromised(stack, promised);
        }
      } finally {
        await stack.destroy();
      }
    }),
    { numRuns: isSecondRing ? 200 : 20 },
  );
});
