import { Personalize } from "@aws-sdk/client-personalize";
import { S3 } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import type { Undocumented } from "../../../account/services/personalize/undocumented.ts";
import { startAccount } from "../../../account.ts";
import { findCredentialsEnd } from "../../../record/credentials.ts";
import { findLocalClock } from "../../../record/local-clock.ts";
import { recordedSuite } from "../../../record/personalize/suite.ts";
import { createTrailReader } from "../../../record/trail.ts";
import { sdk } from "../../support/aws.ts";
import { listEverything } from "../../support/inventory.mts";
import { createRole } from "../../support/roles.ts";
import { serve } from "../../support/serve.ts";
import { openEvening } from "./evening.mts";

const minute = 60_000;

const stage0 = "--stage 0 --confirm";
const named = { sourceForKey: "named", sourceForBucket: "named", sourceForRole: "named" } as const;

describe("stage 0 ends within its deadline, records the answer and leaves nothing", () => {
  test.each<[string, Undocumented, object]>([
    [
      "an account as it is assumed",
      {},
      {
        ...named,
        works: "strict conditions",
        newRole: "works",
        newKey: "created",
        keyWithCheck: "MalformedPolicyDocumentException",
      },
    ],
    ["data deletion jobs take a day", { deletionTakes: "a day" }, { deletionTakes: "a day" }],
    ["a role works after a minute", { newRole: "fails at first" }, { ...named, newRole: "fails at first" }],
    ...(["sourceForKey", "sourceForBucket", "sourceForRole"] as const).map((place): [string, Undocumented, object] => [
      `the service does not name its source: ${place}`,
      { [place]: "not named" },
      { ...named, [place]: "not named", works: "IfExists" },
    ]),
    [
      "all of it",
      {
        deletionTakes: "a day",
        newRole: "fails at first",
        sourceForKey: "not named",
        sourceForBucket: "not named",
      },
      { sourceForKey: "not named", sourceForBucket: "not named", sourceForRole: "named", newRole: "fails at first" },
    ],
  ])("%s", async (_, undocumented, facts) => {
    const evening = await openEvening(undocumented);
    const { code, text, minutes } = await evening.run(stage0);
    expect(text).not.toContain("ended early");
    expect(text).toMatch(/Everything was removed\.$/);
    expect(code).toBe(0);
    expect(minutes).toBeLessThan(recordedSuite.deadlineOf(0));
    expect(evening.facts()).toMatchObject(facts);
    expect(await listEverything(evening.account)).toEqual([]);
  });

  test("CloudTrail refuses a third lookup in a second", async () => {
    const evening = await openEvening();
    const { account, place } = evening;
    const times: number[] = [];
    const refused: number[] = [];
    const { origin, close } = await serve((_, response) => {
      const now = account.clock.now();
      // Another user's lookup of this second is one of the two.
      const isTooMany = times.filter((time) => time > now - 1_000).length >= 1 && refused.length < 3;
      (isTooMany ? refused : times).push(now);
      response.writeHead(isTooMany ? 400 : 200);
      response.end(
        JSON.stringify(isTooMany ? { __type: "ThrottlingException", message: "Rate exceeded" } : { Events: [] }),
      );
    });
    const credentials = async () => ({ accessKeyId: "a", secretAccessKey: "b" });
    const lookUp = createTrailReader({ region: place.region, credentials, endpoint: `${origin}/`, pause: place.pause });
    times.push(account.clock.now());
    const { code, text } = await evening.run(stage0, { changes: { lookUp } });
    close();
    expect(text).not.toContain("ended early");
    expect(code).toBe(0);
    expect(evening.facts()).toMatchObject({ calls: [] });
  });
});

test("a source in another form than the policies expect is recorded: only those without conditions work", async () => {
  const evening = await openEvening();
  const { host } = evening.account;
  const authority = host.authority();
  host.setAuthority({
    ...authority,
    authorise(caller, permission, resourcePolicy, note) {
      const { principal } = caller;
      const other = { ...principal, sourceArn: "arn:aws:jobs:eu-west-1:000000000000:job/1" };
      authority.authorise(
        principal.kind === "service" ? { ...caller, principal: other as typeof principal } : caller,
        permission,
        resourcePolicy,
        note,
      );
    },
  });
  const { text } = await evening.run(stage0);
  expect(text).toMatch(/Everything was removed\.$/);
  const { sourceForKey, works, reason } = evening.facts();
  expect([sourceForKey, works]).toEqual([undefined, "no conditions"]);
  expect(reason).toContain("Insufficient privileges");
});

test("an account in real time has its clock moved, so that nothing is waited for", async () => {
  const account = await startAccount({ speed: 1 });
  const evening = await openEvening();
  const clock = await findLocalClock(account.origin);
  const began = account.clock.now();
  const settings = { ...evening.place.settings, endpoint: account.origin };
  const { code } = await evening.run(stage0, { changes: { ...clock, settings } });
  expect(code).toBe(0);
  expect((account.clock.now() - began) / minute).toBeGreaterThan(15);
  expect(await listEverything(account)).toEqual([]);
  await account.close();
});

test("an address without a local account has no clock to move", async () => {
  const { origin, close } = await serve((_, response) => response.writeHead(404).end("{}"));
  expect(await findLocalClock(origin)).toBeUndefined();
  close();
});

describe("before anything is created", () => {
  const hours = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * 60 * minute);

  test.each([
    ["end too early", hours(1.5), "The credentials end at 2026-01-01T01:30:00.000Z."],
    ["do not say when they end", "unknown" as const, "The credentials are temporary, and do not say when they end."],
  ])("credentials that %s are refused, with the ways to longer ones", async (_, credentialsEnd, message) => {
    const evening = await openEvening();
    const { code, text } = await evening.run(stage0, { changes: { credentialsEnd } });
    expect([code, text]).toEqual([1, expect.stringContaining(message)]);
    expect(text).toContain("--duration-seconds");
    expect(evening.account.log.entries()).toEqual([]);
  });

  test("credentials that last until the deadline and an hour are enough", async () => {
    const evening = await openEvening();
    const credentialsEnd = hours(recordedSuite.deadlineOf(0) / 60 + 1);
    expect((await evening.run(stage0, { changes: { credentialsEnd } })).code).toBe(0);
  });

  test.each([
    ["of a user", { accessKeyId: "a", secretAccessKey: "b" }, undefined],
    ["of a machine", { sessionToken: "c", expiration: hours(1), $source: { CREDENTIALS_IMDS: "0" } }, undefined],
    ["of a profile with a role", { sessionToken: "c", expiration: hours(1) }, hours(1)],
    ["pasted into the environment", { sessionToken: "c", $source: { CREDENTIALS_ENV_VARS: "g" } }, "unknown"],
  ])("credentials %s end when they should", (_, given, end) => {
    expect(findCredentialsEnd({ accessKeyId: "a", secretAccessKey: "b", ...given })).toEqual(end);
  });

  test.each([
    [2, 0],
    [3, 1],
    [5, 1],
  ])("with %i dataset groups in use the exit code is %i", async (count, expected) => {
    const evening = await openEvening();
    const personalize = new Personalize(sdk(evening.account));
    for (let i = 0; i < count; i++) await personalize.createDatasetGroup({ name: `stack-${i}` });
    const { code, text } = await evening.run(stage0);
    expect(code).toBe(expected);
    if (expected === 1) expect(text).toContain(`has ${count} dataset groups already`);
    const { datasetGroups = [] } = await personalize.listDatasetGroups({});
    expect(datasetGroups).toHaveLength(count);
  });
});

test("another Region's leftovers neither stop a run nor are removed by one", async () => {
  const evening = await openEvening();
  const name = "personalize-conformance-us-east-1-mk1x2y3z";
  await new S3(sdk(evening.account)).createBucket({ Bucket: `${name}-files` });
  await createRole(evening.account, `${name}-data`, "personalize.amazonaws.com");
  expect((await evening.run(stage0)).code).toBe(0);
  expect((await evening.run("--clean")).text).toContain("Nothing is left of any run.");
  expect((await evening.run(`--clean --run ${name} --confirm`)).code).toBe(2);
  expect(await listEverything(evening.account)).toEqual([`iam: ${name}-data`, `s3: ${name}-files`]);
});

test("--clean removes what the named run made, and nothing of a colleague's", async () => {
  const evening = await openEvening();
  const personalize = new Personalize(sdk(evening.account));
  const runs = ["mk1x2y3a", "mk1x2y3b"].map((time) => `personalize-conformance-eu-west-1-${time}`);
  for (const run of runs) {
    await personalize.createDatasetGroup({ name: `${run}-locked` });
    await new S3(sdk(evening.account)).createBucket({ Bucket: `${run}-files` });
  }
  await evening.account.clock.advance(minute);
  const listed = await evening.run("--clean");
  for (const run of runs) expect(listed.text).toContain(`${run}-files`);
  expect((await evening.run("--clean --confirm")).text).toContain("Nothing was removed.");
  expect((await evening.run(`--clean --run ${runs[0]} --confirm`)).text).toMatch(/Everything was removed\.$/);
  const left = await listEverything(evening.account);
  expect(left.filter((line) => !line.includes(String(runs[1])))).toEqual([]);
  expect(left).toHaveLength(2);
});

test("the first hour asks what could stop a first deployment, and leaves nothing", async () => {
  const evening = await openEvening({ sourceForKey: "not named" });
  const { code, minutes } = await evening.run(`${stage0} --only first-hour`);
  expect(code).toBe(0);
  expect(minutes).toBeLessThan(recordedSuite.deadlineOf("first-hour"));
  expect(evening.facts()).toMatchObject({ ...named, sourceForKey: "not named", newRole: "works" });
  expect(await listEverything(evening.account)).toEqual([]);
});

test("a removal that is refused for an hour gives up, removes the rest, and says what is left and what it costs", async () => {
  const evening = await openEvening();
  const { account } = evening;
  const effect = { kind: "error", code: "ResourceInUseException", message: "A data deletion job is running." } as const;
  account.faults.inject({ service: "personalize", operation: "DeleteDataset", times: 100_000, effect });
  let removing = 0;
  const atLine = (line: string) => {
    if (line.startsWith("Removing everything")) removing = account.clock.now();
  };
  const { code, text } = await evening.run(stage0, { atLine });
  expect(code).toBe(1);
  expect(text).toMatch(/dataset\/\S+ is in use after an hour\./);
  expect(text).toMatch(/Left in the account; remove it with --clean --run \S+ --confirm:/);
  expect(text).toContain("It costs nothing.");
  expect((account.clock.now() - removing) / minute).toBeLessThan(65);
  const left = await listEverything(account);
  expect(left.filter((line) => !/dataset|schema/.test(line))).toEqual([]);
});

describe("campaigns are deleted within five minutes of the end of a run", async () => {
  const { account, run, interrupt } = await openEvening({ deletionTakes: "a day" });

  test.each([
    ["the run is interrupted while campaigns serve", "a batch is answered"],
    ["the run is interrupted among the cases of campaigns", "CreateCampaign with ResourceInUseException"],
    ["the run is interrupted before the deletions", "users are deleted"],
  ])("%s", async (_, step) => {
    let ended = 0;
    const atLine = (line: string) => {
      if (!line.endsWith(` ${step}`)) return;
      ended = account.clock.now();
      interrupt();
    };
    const { text } = await run("--stage 1 --confirm", { atLine });
    expect(text).toContain("The run ended early: The run was interrupted.");
    const deletions = account.log
      .entries()
      .filter(
        ({ operation, time, status }) => operation === "DeleteCampaign" && status === 200 && Date.parse(time) >= ended,
      );
    expect(deletions.length).toBeGreaterThan(1);
    const times = deletions.map(({ time }) => (Date.parse(time) - ended) / minute);
    expect(Math.max(...times)).toBeLessThan(5);
    expect(await listEverything(account)).toEqual([]);
  });
});
