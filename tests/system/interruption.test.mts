// Each command that changes something is killed at every call that can change something, before the
// call is sent and after it had its effect, and is run again: it ends as without the kill.
import { gzipSync } from "node:zlib";
import { PersonalizeEvents } from "@aws-sdk/client-personalize-events";
import { afterAll, expect, test, vi } from "vitest";
import { forget } from "../../cli/recovery/forget/forget.ts";
import { rebuild } from "../../cli/recovery/rebuild/rebuild.ts";
import { replay } from "../../cli/recovery/replay/replay.ts";
import { rollBack } from "../../cli/rollback/rollback.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { archiveKey, failedBatch, quarantined as quarantinedRecord } from "../cli/recovery/recovery-stage.mts";
import { killAtEachCall } from "../support/killed-command.ts";
import { useAccount } from "../support/use-account.mts";
import { useStack } from "../support/use-stack.mts";
import { decodeRecords, deleteVersions, readVersions } from "../support/versions.ts";

const minute = 60_000;
const stack = "small";

const deployed = await useStack();
const { personalize, s3, eventsOf, listKeys, readServedVersion } = deployed;
const events = new PersonalizeEvents(sdk(deployed.account));
const trackingId = await deployed.readParameter(`${deployed.outputs.parameterPrefix}/personalize/event-tracker/id`);
useAccount(deployed.account);
vi.spyOn(console, "log").mockImplementation(() => {});
// From here on, time passes only where a command waits.
deployed.account.clock.setSpeed(0);
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** While a command waits, minutes pass in the account. */
const options = { pause: () => deployed.account.clock.advance(5 * minute) };

const view = (sessionId: string, more: object = {}) => ({
  sessionId,
  eventType: "DetailView",
  itemId: "2-Beagle-2-3",
  ...more,
});
const lines = (...all: object[]) => gzipSync(all.map((event) => `${JSON.stringify(event)}\n`).join(""));

const now = () => deployed.account.clock.now();
const quarantined = (label: string, event: object) => quarantinedRecord(JSON.stringify(event), label, now());

const readAll = async (Bucket: string) =>
  Object.entries(await readVersions(s3, Bucket)).flatMap(([key, texts]) =>
    texts.map((text) => ({ key, text: decodeRecords(text) })),
  );
const empty = (Bucket: string, prefix?: string) => deleteVersions(s3, Bucket, prefix);

test("`forget` leaves nothing of the visitor, and everything of others", async () => {
  const { archiveBucketName, quarantineBucketName, dataBucketName } = deployed.outputs;
  const buckets = [archiveBucketName, quarantineBucketName, dataBucketName];
  const send = (sessionId: string, userId?: string) =>
    events.putEvents({
      trackingId,
      sessionId,
      userId,
      eventList: [{ eventType: "DetailView", itemId: "2-Beagle-2-3", sentAt: new Date(deployed.account.clock.now()) }],
    });
  const calls = await killAtEachCall({
    async arrange(label) {
      const user = `u-${label}!`;
      const session = `s-${label}!`;
      const other = `o-${label}!`;
      const anonymous = view(session);
      const Key = archiveKey(now());
      await s3.putObject({ Bucket: archiveBucketName, Key, Body: lines(anonymous) });
      const Body = lines(anonymous, view(session, { userId: user }), view("s-other", { userId: other }));
      await s3.putObject({ Bucket: archiveBucketName, Key, Body });
      const bad = quarantined("1", { ...anonymous, eventType: "Swim" });
      await s3.putObject({ Bucket: quarantineBucketName, Key: `quarantine/${label}.json`, Body: bad });
      await send(session);
      await send(session, user);
      await send("s-other", other);
    },
    command: (label) => forget({ stack, user: `u-${label}!`, yes: true, json: true }, options),
    async expectEnd(label) {
      const texts = (await Promise.all(buckets.map(readAll))).flat();
      expect(texts.filter(({ text }) => text.includes(`-${label}!`))).toEqual([
        {
          key: expect.stringMatching(/^events\//),
          // An empty line for each erased record.
          text: `\n\n${JSON.stringify(view("s-other", { userId: `o-${label}!` }))}\n`,
        },
      ]);
      expect(texts.filter(({ key }) => key.startsWith("forget/"))).toEqual([]);
      expect([`u-${label}!`, `s-${label}!`, `o-${label}!`].map((id) => eventsOf(id).length)).toEqual([0, 0, 1]);
      await empty(archiveBucketName);
      await empty(quarantineBucketName);
    },
  });
  expect(calls).toBeGreaterThan(10);
});

test("`rollback` goes one version back", async () => {
  const campaignArn = deployed.outputs.campaignArns.recommendation ?? "";
  const first = await readServedVersion();
  const solutionArn = first.split("/").slice(0, 2).join("/");
  const versions = [first];
  for (let i = 0; i < 2; i++) {
    const { solutionVersionArn = "" } = await personalize.createSolutionVersion({ solutionArn });
    await deployed.account.clock.advance(60 * minute);
    const decision = {
      model: "recommendation",
      outcome: "promoted",
      reason: "good",
      decidedAt: "2026-03-01T00:00:00Z",
    };
    await s3.putObject({
      Bucket: deployed.outputs.dataBucketName,
      Key: `decisions/recommendation/${solutionVersionArn.split("/").at(-1)}.json`,
      Body: JSON.stringify({ ...decision, candidate: solutionVersionArn, incumbent: versions.at(-1) }),
    });
    versions.push(solutionVersionArn);
  }
  const [, second, third = ""] = versions;
  const isOver = async () => {
    const stateMachineArn = deployed.outputs.retrainingStateMachineArn;
    const { executions = [] } = await deployed.sfn.listExecutions({ stateMachineArn, statusFilter: "RUNNING" });
    if (executions.length === 0) return true;
    await deployed.account.clock.advance(5 * minute);
    return undefined;
  };
  for (const meanwhile of [async () => {}, () => eventually(isOver, "an execution does not end")]) {
    await killAtEachCall({
      async arrange() {
        await personalize.updateCampaign({ campaignArn, solutionVersionArn: third });
        await deployed.account.clock.advance(60 * minute);
        expect(await readServedVersion()).toBe(third);
      },
      command: () => rollBack({ stack, model: "recommendation", yes: true, json: true }, options),
      meanwhile: async () => void (await meanwhile()),
      async expectEnd() {
        await eventually(isOver, "an execution does not end");
        expect(await readServedVersion()).toBe(second);
        expect(await deployed.readNamedVersion()).toBe(second);
      },
    });
  }
});

test("`rebuild` imports every interaction, and leaves no file with visitors' data", async () => {
  const { archiveBucketName, dataBucketName } = deployed.outputs;
  await killAtEachCall({
    async arrange(label) {
      const timestamp = Math.floor(deployed.account.clock.now() / 1000);
      const event = view(`session of r-${label}`, { userId: `r-${label}`, eventId: `r-${label}`, timestamp });
      await s3.putObject({ Bucket: archiveBucketName, Key: archiveKey(now()), Body: lines(event) });
      await deployed.account.clock.advance(minute);
    },
    command: () => rebuild({ stack, yes: true, json: true }, options),
    async expectEnd(label) {
      expect(eventsOf(`r-${label}`).map(({ source }) => source)).toEqual(["imported"]);
      const keys = Object.keys(await readVersions(s3, dataBucketName));
      expect(keys.filter((key) => key.startsWith("rebuild/"))).toEqual([]);
      // A run reads each object of the archive: with more of them it would make more calls.
      await empty(archiveBucketName);
    },
  });
});

test("`replay` sends every record, and each counts once", async () => {
  const { archiveBucketName, quarantineBucketName } = deployed.outputs;
  const sessions: string[] = [];
  const session = (name: string) => {
    sessions.push(name);
    return view(name);
  };
  const keysOf = async (label: string) => (await listKeys(quarantineBucketName)).filter((key) => key.includes(label));
  const put = (Key: string, Body: string) => s3.putObject({ Bucket: quarantineBucketName, Key, Body });
  const [year, month, day, hour] = new Date(deployed.account.clock.now()).toISOString().split(/\D/);
  const folder = `quarantine/year=${year}/month=${month}/day=${day}/hour=${hour}/`;

  await killAtEachCall({
    async arrange(label) {
      await put(`${folder}${label}-1.json`, quarantined(`q${label}-1`, session(`q1-${label}`)));
      await put(`${folder}${label}-2.json`, quarantined(`q${label}-2`, session(`q2-${label}`)));
      await put(`${folder}${label}-3.json`, quarantined(`q${label}-3`, { eventType: "Swim" }));
    },
    command: () => replay({ stack, source: "quarantine", yes: true, json: true }, options),
    async expectEnd(label) {
      const replayed = [1, 2].map((n) => `replayed/${folder}${label}-${n}.json`);
      expect(await keysOf(label)).toEqual([`${folder}${label}-3.json`, ...replayed]);
      await empty(quarantineBucketName);
    },
  });

  await killAtEachCall({
    async arrange(label) {
      const records = [session(`f-${label}`), { eventType: "Swim" }].map((event, i) => ({
        text: JSON.stringify(event),
        id: `${label}-${i + 1}`,
      }));
      await put(`aws/lambda/m/${label}`, failedBatch(records, now()));
    },
    command: () => replay({ stack, source: "failed", yes: true, json: true }, options),
    async expectEnd(label) {
      const key = `aws/lambda/m/${label}`;
      expect(await keysOf(label)).toEqual([key, `replayed/${key}`]);
      const { payload } = JSON.parse(await deployed.readText(quarantineBucketName, key));
      expect(payload.Records.map(({ eventID }: { eventID: string }) => eventID)).toEqual([`shardId-0:${label}-2`]);
      await empty(quarantineBucketName);
    },
  });

  const from = new Date(deployed.account.clock.now() - 60 * minute);
  const to = new Date(deployed.account.clock.now() + 24 * 60 * minute);
  let key = "";
  await killAtEachCall({
    async arrange(label) {
      key = archiveKey(now());
      await s3.putObject({ Bucket: archiveBucketName, Key: key, Body: lines(session(`a-${label}`)) });
    },
    command: () => replay({ stack, source: "archive", from, to, yes: true, json: true }, options),
    async expectEnd() {
      const { TagSet } = await s3.getObjectTagging({ Bucket: archiveBucketName, Key: key });
      expect(TagSet?.map(({ Key }) => Key)).toEqual(["replayed"]);
      await empty(archiveBucketName, key);
    },
  });

  // The consumer has each event at least once; Personalize keeps one of each id.
  await eventually(async () => {
    await deployed.account.clock.advance(minute);
    return sessions.every((name) => eventsOf(name).length > 0) || undefined;
  }, "an event was not delivered");
  expect(sessions.map((name) => eventsOf(name).length)).toEqual(sessions.map(() => 1));
});
