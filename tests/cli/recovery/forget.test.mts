// `forget` on the S3 and the Personalize of an account in this process: nothing of the visitor
// stays, everything of others does.
import { expect, onTestFinished, test } from "vitest";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { seedKey } from "../../../names/layout.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { archiveKey, openRecoveryStage, type RecoveryStage, stack, toSeed } from "./recovery-stage.mts";

const printed = usePrinted();

/** Opens an account with an imported file, for one test. */
async function open(seedFile = toSeed([])): Promise<RecoveryStage> {
  const stage = await openRecoveryStage(seedFile);
  onTestFinished(stage.close);
  return stage;
}

const erase = (stage: RecoveryStage, user: string) => forget({ stack, user, yes: true, json: true }, stage.options);
const lines = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

test("a session id that is another visitor's id is not erased, and the report says so", async () => {
  const seed = toSeed(["10042"]);
  const stage = await open(seed);
  const others = lines({ userId: "10042", sessionId: "s-1" }, { sessionId: "10042" });
  const key = archiveKey(stage.account.clock.now());
  await stage.write("archive", key, lines({ userId: "mallory", sessionId: "10042" }) + others);
  await stage.deliver("s-1", "10042", "e-1");
  expect(stage.countEvents("10042")).toBe(2);
  expect(await erase(stage, "mallory")).toBe(true);
  expect(JSON.parse(printed.out.at(-1) ?? "")).toMatchObject({ sessions: 0, sharedSessions: 1 });
  expect(await stage.readAll("archive")).toEqual({ [key]: [others] });
  expect((await stage.readAll("data"))[seedKey("interactions")]).toEqual([seed]);
  expect(stage.countEvents("10042")).toBe(2);
});

test("a file below forget/ that is no list is named, and does not stop the command", async () => {
  const stage = await open();
  const junk = { "forget/junk.json": ["{ not JSON"], "forget/other.json": ['{"a":1}'] };
  for (const [key, [text = ""]] of Object.entries(junk)) await stage.write("data", key, text);
  await stage.write("archive", archiveKey(stage.account.clock.now()), lines({ userId: "u-1", sessionId: "s-1" }));
  expect(await erase(stage, "u-1")).toBe(true);
  expect(await stage.readAll("archive")).toEqual({});
  expect(await stage.readAll("data")).toMatchObject(junk);
  for (const key of Object.keys(junk)) expect(printed.err.join("\n")).toContain(`s3://pet-data/${key} is no list`);
});

test("the copy of the imported file keeps the others' rows byte by byte", async () => {
  const file = (...users: string[]) => `\uFEFF${toSeed([...users, '"with a\nline end"'], "\r\n")}\r\n`;
  const stage = await open(file("u-1", "u-2", "u-1"));
  await stage.write("data", seedKey("interactions"), file("u-2", "u-1"));
  expect(await erase(stage, "u-1")).toBe(false);
  expect(JSON.parse(printed.out.at(-1) ?? "").erased.interactions).toMatchObject({ records: 1, oldVersions: 1 });
  const [kept = "", ...older] = (await stage.readAll("data"))[seedKey("interactions")] ?? [];
  expect(older).toEqual([]);
  expect(kept).toBe(file("u-2", "u-1").replace(/^u-1,.*\r\n/m, ""));
  expect(stage.countEvents("u-2")).toBe(1);
});

test("a session whose id may be a user's whose events have left the archive stays in Personalize, and is named", async () => {
  const stage = await open();
  const { account, s3 } = stage;
  await stage.deliver("s-9", "s-1", "e-1");
  await account.clock.advance(60_000);
  await stage.deliver("s-1", undefined, "e-2");
  const before = stage.countEvents("s-1");
  // After two days, the archive does not show any more that s-1 is a user.
  await s3.putBucketLifecycleConfiguration({
    Bucket: "archive",
    LifecycleConfiguration: {
      Rules: [{ ID: "expire", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
    },
  });
  await account.clock.advance(2 * 86_400_000);
  const key = archiveKey(account.clock.now());
  await stage.write("archive", key, lines({ userId: "mallory", sessionId: "s-1" }, { sessionId: "s-1" }));
  expect(await erase(stage, "mallory")).toBe(false);
  expect(JSON.parse(printed.out.at(-1) ?? "")).toMatchObject({ complete: true, sessions: 1, sessionsLeft: ["s-1"] });
  expect(await stage.readAll("archive")).toEqual({});
  expect(before).toBeGreaterThan(0);
  expect(stage.countEvents("s-1")).toBe(before);
});
