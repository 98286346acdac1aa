// A network on which uploads are slow: `rebuild` and `forget` read a file no faster than they can
// write it again.
import { Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { readCsv } from "../../../cli/archive/csv-rows.ts";
import { createUpload } from "../../../cli/archive/upload.ts";
import { readRules } from "../../../cli/judge/judge-record.ts";
import { eraseVisitor } from "../../../cli/recovery/forget/erase-records.ts";
import { toVisitor } from "../../../cli/recovery/forget/visitor.ts";
import { findStack } from "../../../cli/stack/stack.ts";
import { realPause } from "../../../cli/terminal/poll.ts";
import { createProgress } from "../../../cli/terminal/progress.ts";
import { seedKey } from "../../../names/layout.ts";
import { stack, useRecoveryStage } from "./recovery-stage.mts";

const key = seedKey("interactions");
/** Three pieces and a part. */
const rows = 26 * 1024;
const text = `USER_ID,ITEM_ID,TIMESTAMP\n${Array.from({ length: rows }, (_, n) => `u-${n},${"i".repeat(1_000)},${n}\n`).join("")}`;

const stage = await useRecoveryStage();
const deployed = await findStack(stack);
await stage.empty("data", key);
await stage.write("data", key, text);
afterEach(() => vi.restoreAllMocks());

/** A minute passes in a second for the time-outs of sockets. */
function shortenTimeouts(): void {
  const { setTimeout: waitForBytes } = Socket.prototype;
  vi.spyOn(Socket.prototype, "setTimeout").mockImplementation(function (this: Socket, milliseconds, work) {
    return waitForBytes.call(this, milliseconds / 60, work);
  });
}

test("a reader may stop for longer than a silent service is waited for", async () => {
  shortenTimeouts();
  const read: string[] = [];
  let count = 0;
  for await (const line of readCsv(deployed, { bucket: deployed.dataBucket, key })) {
    read.push(line.text);
    // Longer than the 45 s of a client, which are 750 ms here.
    if (++count % 9_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  expect(read.join("") === text).toBe(true);
});

test("`forget` writes a file of several pieces again without the visitor's rows", async () => {
  const parts = { upload: createUpload(deployed), progress: createProgress(), pause: realPause, unreadable: [] };
  const visitor = toVisitor("u-7");
  const erasure = { stack: deployed, visitor, rules: await readRules(deployed), also: [], ...parts };
  const { erased } = await eraseVisitor(erasure, { knowsUsers: true });
  expect(erased.interactions).toMatchObject({ records: 1 });
  const { [key]: versions = [] } = await stage.readAll("data");
  expect(versions).toHaveLength(1);
  expect(versions[0] === text.replace(/^u-7,.*\n/m, "")).toBe(true);
});

test("an empty file has no rows", async () => {
  await stage.write("data", "seed/empty.csv", "");
  const lines: string[] = [];
  for await (const line of readCsv(deployed, { bucket: deployed.dataBucket, key: "seed/empty.csv" })) {
    lines.push(line.text);
  }
  expect(lines).toEqual([""]);
});
