// The life of one stack, from its first `up` to its end: the tests are its chapters and run in
// their order. The engine's commands run with two roles that have the policies of `doctor
// --deploy-policy` and `doctor --preview-policy`, and nothing else.
import { Kinesis } from "@aws-sdk/client-kinesis";
import type { Campaign } from "@aws-sdk/client-personalize";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { createDeployPolicy, createPreviewPolicy } from "../../cli/doctor/deployment/policies.ts";
import type { RecommenderContract } from "../../contract/index.js";
import { startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { runCommand } from "../support/deployed-stack.ts";
import { type Engine, needsPulumi, type Steps } from "../support/engine.ts";
import { readExposedTexts } from "../support/exposed-texts.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { createRoleWithPolicies, openSession, toVariables } from "../support/role-session.ts";
import { findSecrets } from "../support/secrets.ts";
import { createFiles } from "../support/temporary-folder.mts";
import { type Environment, openEnvironment } from "./environment.mts";

const hour = 3_600_000;
/** Secrets of a deployment, which the stack must keep nowhere. */
const ofDeployment = {
  PULUMI_CONFIG_PASSPHRASE: "passphrase-of-the-whole-life",
  AWS_ACCESS_KEY_ID: "KEY-OF-THE-WHOLE-LIFE",
  AWS_SECRET_ACCESS_KEY: "SECRET-KEY-OF-THE-WHOLE-LIFE",
};
const usersFile = createFiles().file("users.csv", "USER_ID,HOME", "10042,imported-property-of-the-whole-life");
/** All optional parts that the account can have. */
const largest = { usersFile, archiveBufferSeconds: "60", metricAttribution: "true", popularityBaseline: "true" };
const tags = { "aws:defaultTags": JSON.stringify({ tags: { team: "pets" } }) };
/** Visitors who used the stack, and what is known about them. */
const visitors = {
  user: "user-of-the-whole-life",
  session: "session-of-the-whole-life",
  "session without sign-in": "anonymous-of-the-whole-life",
};
const properties = {
  "imported property": "imported-property-of-the-whole-life",
  property: "property-of-the-whole-life",
  "unknown property": "unknown-property-of-the-whole-life",
};

describe("The life of a stack", needsPulumi, () => {
  let life: Environment;
  let outputs: RecommenderContract;
  let deployRole: string;
  let previewRole: string;
  /** The account's contents before the stack: the two roles. */
  let before: unknown;
  const sessionSecrets: string[] = [];
  /** The version that the retraining promoted. */
  let promoted: string;
  beforeAll(async () => {
    const account = await startAccount({ speed: hurriedSpeed });
    account.clock.skipTransitions(() => Number.POSITIVE_INFINITY);
    life = await openEnvironment("life", { account, variables: ofDeployment, config: { ...largest, ...tags } });
    const place = { account: "000000000000", region: "eu-west-1" };
    const name = { project: "recommender", stack: "life" };
    const plan = await planStack({ ...place, ...name, config: life.engine.configuration() });
    deployRole = await createRoleWithPolicies(account, "deploys", createDeployPolicy(place, name, plan));
    previewRole = await createRoleWithPolicies(account, "previews", createPreviewPolicy(place, name, plan));
    before = await listEverything(account);
  });
  afterAll(async () => {
    life.engine.forget();
    await life.account.close();
  });

  /** Runs commands of the engine with a new session of a role. */
  const as = async <T,>(role: string, work: (engine: Engine) => Promise<T>): Promise<T> => {
    const session = await openSession(life.account, role);
    sessionSecrets.push(session.secretAccessKey, session.sessionToken);
    return life.engine.as(session, () => work(life.engine));
  };
  const up = () => as(deployRole, (engine) => engine.up());
  const refresh = () => as(deployRole, (engine) => engine.refresh());

  /** The tags of a resource of each provider, as the account has them. */
  const tagsOfAccount = async () => {
    const { Tags = [] } = await new Kinesis(sdk(life.account)).listTagsForStream({
      StreamName: outputs.eventStreamName,
    });
    const { tags: found = [] } = await life.personalize.listTagsForResource({ resourceArn: outputs.datasetGroupArn });
    return {
      stream: Object.fromEntries(Tags.map(({ Key = "", Value }) => [Key, Value])),
      group: Object.fromEntries(found.map(({ tagKey = "", tagValue }) => [tagKey, tagValue])),
    };
  };

  const campaign = async (model?: string) => (await life.use()).readCampaign(model);

  /** Finds the engine's memory of a resource by its logical name and the end of its type. */
  const remembered = async (type: string, name: string) => {
    const found = (await life.engine.state()).resources.find(
      (resource) => resource.type.endsWith(type) && resource.urn.endsWith(`::${name}`),
    );
    return found?.outputs ?? {};
  };

  test("the preview role previews a stack that is not there yet, as a pull request does", async () => {
    const steps = await as(previewRole, (engine) => engine.preview({ policyPack: "policy" }));
    expect(new Set(Object.values(steps))).toEqual(new Set(["create"]));
    expect(await listEverything(life.account)).toEqual(before);
  });

  test("up creates the whole system, and it answers", async () => {
    await up();
    outputs = await life.outputs();

    const { ids, source } = await life.recommend({ userId: "10042", limit: 10 });
    expect(source).toBe("personalize");
    expect(ids).toHaveLength(10);
    // Both providers add the default tags.
    const { stream, group } = await tagsOfAccount();
    expect([stream, group]).toEqual([
      expect.objectContaining({ team: "pets" }),
      expect.objectContaining({ team: "pets" }),
    ]);
  });

  test("a promotion by the retraining is all that a refresh records", async () => {
    const first = (await campaign()).solutionVersionArn;
    expect(await (await life.use()).runMachine({ force: true })).toMatchObject({ status: "SUCCEEDED" });
    promoted = (await campaign()).solutionVersionArn ?? "";
    expect(promoted).not.toBe(first);

    expect(await refresh()).toEqual({
      "Parameter recommender-contract-recommendation-version": "update",
      "Parameter recommender-contract-reranking-version": "update",
    });
    expect(await remembered("Campaign", "recommender-recommendation-campaign")).toMatchObject({
      solutionVersionArn: promoted,
    });
    // The value of a parameter counts as a secret.
    expect(JSON.stringify(await remembered("Parameter", "recommender-contract-recommendation-version"))).toContain(
      promoted,
    );
    expect((await campaign()).solutionVersionArn).toBe(promoted);
  });

  describe("What was changed or deleted by hand", () => {
    let before: { campaign: Campaign; reranking: Campaign };
    let eventTrackerArn: string;
    let skipped: unknown;
    let refreshed: Steps;
    let done: Steps;
    beforeAll(async () => {
      before = { campaign: await campaign(), reranking: await campaign("reranking") };
      eventTrackerArn = outputs.eventTrackerArn;
      const { personalize } = life;
      await personalize.updateCampaign({ campaignArn: before.reranking.campaignArn, minProvisionedTPS: 4 });
      await personalize.deleteCampaign({ campaignArn: before.campaign.campaignArn });
      await personalize.deleteEventTracker({ eventTrackerArn });
      await life.account.clock.advance(hour);
      skipped = await (await life.use()).runMachine({ force: true, models: ["recommendation"] });
      refreshed = await refresh();
      done = await up();
      outputs = await life.outputs();
    });

    test("is found by a refresh", () => {
      expect(refreshed).toEqual({
        "Campaign recommender-reranking-campaign": "update",
        "Campaign recommender-recommendation-campaign": "delete",
        "EventTracker recommender-event-tracker": "delete",
      });
    });

    test("makes the retraining skip, with its reason and without a training, until there is a campaign", () => {
      expect(skipped).toMatchObject({
        status: "SUCCEEDED",
        output: expect.stringContaining("recommendation: its campaign does not exist"),
      });
    });

    test("is set back or created again by the next up, and nothing else is touched", () => {
      expect(done).toEqual({
        "Campaign recommender-reranking-campaign": "update",
        "Campaign recommender-recommendation-campaign": "create",
        "EventTracker recommender-event-tracker": "create",
        // The users of the tracker get the new one.
        "Parameter recommender-contract-event-tracker-id": "update",
        "Function recommender-events-consumer-function": "update",
        "RolePolicy recommender-events-consumer-policy": "update",
      });
    });

    test("serves as before", async () => {
      const { solutionVersionArn } = before.reranking;
      expect(await campaign("reranking")).toMatchObject({ minProvisionedTPS: 1, solutionVersionArn, status: "ACTIVE" });
      const { campaignArn } = before.campaign;
      // The version that served, which its parameter still names.
      expect(await campaign()).toMatchObject({ campaignArn, status: "ACTIVE", solutionVersionArn: promoted });
      expect(await life.recommend({ userId: "10042" })).toMatchObject({ source: "personalize" });
      expect(outputs.eventTrackerArn).not.toBe(eventTrackerArn);
    });
  });

  /** Sends events of the visitors, one of which is not valid, and asks for recommendations. */
  const visit = async () => {
    const { user: userId, session: sessionId, "session without sign-in": anonymous } = visitors;
    const event = { eventType: "DetailView", itemId: "2-Beagle-2-3" };
    const records = [
      { ...event, sessionId, userId },
      { ...event, sessionId: anonymous },
      { ...event, sessionId, userId, eventType: "Swim" },
      { userUpdate: { userId, properties: { HOME: properties.property } } },
      { userUpdate: { userId, properties: { [properties["unknown property"]]: properties.property } } },
    ];
    await (await life.use()).put(records);
    await life.recommend({ userId });
    await life.recommend({ sessionId: anonymous });
    await expect(life.recommend({ userId, limit: userId })).rejects.toThrow("400");
  };

  /** Runs a command of the command line with `--json`, as the account's owner. */
  const run = (name: string, ...args: string[]) => runWith({}, name, ...args);

  /** The same with a new session of a role. */
  const runAs = async (role: string, name: string) => runWith(toVariables(await openSession(life.account, role)), name);

  const runWith = async (variables: Readonly<Record<string, string>>, name: string, ...args: string[]) => {
    const command = [name, "--stack", "life", "--json", ...args];
    const { code, out, err } = await runCommand(life.account, command, { INIT_CWD: life.engine.folder, ...variables });
    return { code, answer: out === "" ? err : JSON.parse(out) };
  };

  test("the deploy role finds nothing wrong with it by `doctor` and `smoke`, and both roles see its `status`", async () => {
    const doctor = await runAs(deployRole, "doctor");
    expect(doctor).toMatchObject({ code: 0, answer: { stack: "life" } });
    for (const role of [deployRole, previewRole]) expect(await runAs(role, "status")).toMatchObject({ code: 0 });

    const smoke = await runAs(deployRole, "smoke");
    const failures = smoke.answer.steps.flatMap(({ failure }: { failure?: string }) => failure ?? []);
    expect([failures, smoke.code]).toEqual([[], 0]);
  });

  test("`rollback` and `history` find the decision of the promotion, `status` the version that serves", async () => {
    const { code, answer: decisions } = await run("history", "--model", "recommendation");
    expect([code, decisions.map(({ outcome }: { outcome: string }) => outcome)]).toEqual([0, ["promoted"]]);
    const [{ candidate, incumbent }] = decisions;

    expect(candidate).toBe(promoted);
    const back = await run("rollback", "--yes", "--model", "recommendation");
    expect(back).toMatchObject({ code: 0, answer: [{ candidate: incumbent, outcome: "rolled back" }] });
    const status = await run("status");
    expect(status).toMatchObject({
      code: 0,
      answer: { models: [{ name: "recommendation", solutionVersionArn: incumbent }, {}] },
    });
  });

  test("`explain` says why an item and an event have no effect, and nothing of a list that is right", async () => {
    const explain = async (...args: string[]) => {
      const { code, answer } = await run("explain", ...args);
      expect(code, JSON.stringify(answer)).toBe(0);
      return answer.causes.map(({ cause }: { cause: string }) => cause);
    };
    expect(await explain("--user", "10042")).toEqual([]);
    expect(await explain("--user", "10042", "--item", "no such item")).toEqual(["item-unknown"]);
    await visit();
    const [first] = await eventually(async () => {
      const causes = await explain("--user", visitors.user);
      return causes.includes("event-not-delivered") ? causes : undefined;
    }, "the refused event is not in the quarantine");
    expect(first).toBe("event-not-delivered");
  });

  test("`replay`, `rebuild` and `forget` work on what visitors sent", async () => {
    const replay = await eventually(async () => {
      const counted = await run("replay", "--source", "quarantine", "--dry-run");
      return counted.answer.objects > 1 ? counted : undefined;
    }, "nothing is in the quarantine");
    expect(replay).toMatchObject({ code: 1, answer: { sent: 0, objects: 2, dryRun: true } });

    const rebuilt = await run("rebuild", "--yes");
    expect(rebuilt).toMatchObject({ code: 0, answer: { status: "ACTIVE" } });

    const forgotten = await run("forget", "--yes", "--user", visitors.user);
    expect(forgotten).toMatchObject({
      code: 0,
      answer: { sessions: 1, erased: { quarantine: { records: 2 } }, files: [] },
    });
    // The copy of the imported file then differs from the file, which is still the program's input.
    const imported = await run("forget", "--yes", "--user", "10042");
    expect([imported.code, imported.answer.files]).toEqual([1, ["interactionsFile", "usersFile"]]);
  });

  // The ARNs in policies are known now.
  test("the commands and a version that Pulumi has not chosen are no change to Pulumi or to the policy pack", async () => {
    const judged = { expectNoChanges: true, policyPack: "policy" };
    expect(await as(previewRole, (engine) => engine.preview(judged))).toEqual({});
    const { solutionVersionArn } = await remembered("Campaign", "recommender-recommendation-campaign");
    expect(solutionVersionArn).not.toBe((await campaign()).solutionVersionArn);
    // Where no terminal is, each resource that is looked at is a line.
    const printed = await life.engine.run("up", "--yes");
    expect(printed).toMatch(/\n +\d+ unchanged\n/);
    expect(printed.trim().split("\n").length).toBeLessThanOrEqual(120);
  });

  test("a refresh that the preview role may not do names the call and the missing permission", async () => {
    const refreshing = as(previewRole, (engine) => engine.run("preview", "--refresh"));
    const error: Error = await refreshing.then(
      () => new Error("The preview succeeded."),
      (thrown) => thrown,
    );
    expect(error.message).toMatch(
      /HeadObject of recommender-life-\S+ was refused with 403 Forbidden: .* s3:GetObject /,
    );
    expect(error.message).not.toContain("UnknownError");
  });

  test("state, functions, logs, metrics and alarms contain no secret, no visitor and no property of one", async () => {
    const state = JSON.stringify(await life.engine.state());
    const texts: Readonly<Record<string, string>> = { state, ...(await readExposedTexts(life.account)) };
    expect(Object.keys(texts).filter((place) => place.startsWith("log /aws/lambda/")).length).toBeGreaterThan(5);
    expect(texts["log /aws/lambda/recommender-life-recommend-pets"]).not.toBe("");
    const ofSessions = Object.fromEntries(sessionSecrets.map((secret, i) => [`secret ${i} of a session`, secret]));
    const words = { ...ofDeployment, ...ofSessions, ...visitors, ...properties };
    const found = Object.entries(texts).map(([place, text]) => [place, findSecrets(text, words)] as const);
    expect(found.filter(([, what]) => what.length > 0)).toEqual([]);
  });

  test("destroy leaves nothing in the account except the key, which KMS keeps for 30 days", async () => {
    expect(await listEverything(life.account)).not.toEqual(before);
    await as(deployRole, (engine) => engine.destroy());
    expect(await listEverything(life.account)).toEqual(before);
  });
});
