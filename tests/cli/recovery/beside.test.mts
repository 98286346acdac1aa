// Two commands at once: one stops before any of its calls that change something, and goes on when
// the other one has ended.
import { afterEach, beforeEach, expect, test } from "vitest";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { rebuild } from "../../../cli/recovery/rebuild/rebuild.ts";
import { replay } from "../../../cli/recovery/replay/replay.ts";
import { runBeside } from "../../support/killed-command.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { isSecondRing } from "../../support/second-ring.ts";
import { decodeRecords } from "../../support/versions.ts";
import {
  archiveKey,
  failedBatch,
  openRecoveryStage,
  quarantined,
  quarantineKey,
  type RecoveryStage,
  stack,
  toSeed,
  visit,
} from "./recovery-stage.mts";

const printed = usePrinted();
let stage: RecoveryStage;
beforeEach(async () => {
  stage = await openRecoveryStage(toSeed([]));
});
afterEach(() => stage.close());

const erase = (user: string) => forget({ stack, user, yes: true, json: true }, stage.options);
const commands = {
  forget: erase,
  "forget of another visitor": () => erase("gone"),
  rebuild: () => rebuild({ stack, yes: true, json: true }, stage.options),
  replay: () => replay({ stack, source: "quarantine", yes: true, json: true }, stage.options),
  "replay of a batch": () => replay({ stack, source: "failed", yes: true, json: true }, stage.options),
};
type Name = keyof typeof commands;

let records = 0;
/**
 * Writes records of a visitor, of one who is forgotten too and of one who stays, into all places.
 */
async function arrange(user: string): Promise<void> {
  const time = stage.account.clock.now();
  const all = [user, "gone", "kept"].map((id) => ({ text: visit(id), id: `${++records}` }));
  await stage.write("archive", archiveKey(time), all.map(({ text }) => `${text}\n`).join(""));
  for (const { text, id } of all) await stage.write("quarantine", quarantineKey(time), quarantined(text, id, time));
  await stage.write("quarantine", `aws/lambda/m/${records}`, failedBatch(all, time));
  await stage.deliver(`session of ${user}`, user, `e-${records}`);
  await stage.agree();
  await stage.account.clock.advance(60_000);
}

/** The texts of all files, with their records. */
const readAll = async (...buckets: Parameters<RecoveryStage["readAll"]>[0][]) => {
  const texts = await Promise.all(buckets.map(stage.readAll));
  return decodeRecords(texts.flatMap((files) => Object.values(files).flat()).join("\n"));
};
const isOnStream = async (user: string) => (await stage.readStream()).some((text) => text.includes(user));
const isAnnounced = async () => Object.keys(await stage.readAll("data")).some((key) => key.startsWith("forget/"));

/** `forget` changes much, one thing like the other. In the second ring it stops before each. */
const step = isSecondRing ? 1 : 8;

test.each<[Name, Name]>([
  ["rebuild", "forget"],
  ["forget", "rebuild"],
  ["replay", "forget"],
  ["replay of a batch", "forget"],
  ["forget", "replay"],
  ["forget", "replay of a batch"],
  ["forget", "forget"],
  ["forget", "forget of another visitor"],
])("`%s` beside `%s`: nothing of the visitor comes back unless a command says so", async (outer, inner) => {
  for (let place = 1, goesOn = true; goesOn; place += outer === "forget" ? step : 1) {
    const user = `visitor-${place}!`;
    await arrange(user);
    const ends = new Map<Name, unknown>();
    const run = async (name: Name) => ends.set(name, await commands[name](user).catch((error: Error) => error));
    // `forget` waits for the records that were sent before its list was there.
    let sentBefore = false;
    goesOn = await runBeside(
      place,
      () => run(outer),
      async () => {
        sentBefore = outer === "forget" ? !(await isAnnounced()) : await isOnStream(user);
        await run(inner);
      },
    );
    const where = `before change ${place}: ${[...ends].join("; ")}`;
    if (inner === "forget of another visitor") {
      expect(
        [...ends.values()].filter((end) => end !== true),
        where,
      ).toEqual([]);
    }
    // Alone, each of them ends.
    if (!goesOn) expect([...ends.values()]).toEqual([true]);
    const isComplete = [...ends.values()].every((end) => end === true);
    if (isComplete && goesOn && !sentBefore) expect(await isOnStream(user), where).toBe(false);
    // A command that was not complete asks for this.
    await stage.agree();
    if (!isComplete || !goesOn) expect(await erase(user), where).toBe(true);
    expect(await readAll("archive", "quarantine", "data"), where).not.toContain(user);
    expect(stage.countEvents(user), where).toBe(0);
    expect(stage.countEvents("other-1"), where).toBe(20);
    expect((await readAll("archive", "quarantine")).match(/of kept/g)?.length, where).toBeGreaterThanOrEqual(3);
    await stage.empty("archive");
    await stage.agree();
    await stage.empty("quarantine");
  }
});

test("`rebuild` does not replace what another one imported since it read the archive", async () => {
  await arrange("one");
  const ends: unknown[] = [];
  const run = async () => ends.push(await commands.rebuild().catch((error: Error) => error.message));
  // The second change is the start of the import.
  await runBeside(2, run, async () => {
    await stage.write("archive", archiveKey(stage.account.clock.now()), `${visit("late")}\n`);
    await run();
  });
  expect(ends).toEqual([true, expect.stringMatching(/was started since this command began/)]);
  expect(stage.countEvents("late")).toBe(1);
});

test("`rebuild` waits for the import that an interrupted run has started", async () => {
  await arrange("one");
  let second: Promise<unknown> | undefined;
  // The first run stops until the second has ended.
  const pause = async () => {
    second ??= commands.rebuild();
    await second;
  };
  expect(await rebuild({ stack, yes: true, json: true }, { pause })).toBe(true);
  const [one, other] = printed.out.map((text) => JSON.parse(text).jobName);
  expect(other).toBe(one);
  // That of the seed, and one more.
  const { datasetImportJobs } = await stage.personalize.listDatasetImportJobs({ datasetArn: stage.dataset });
  expect(datasetImportJobs).toHaveLength(2);
});
