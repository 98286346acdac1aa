/** Saves of an account with a large state while it answers requests: `npm run bench -- keep`, about six minutes. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { createTargets, type Print } from "../targets";
import { type ChildAccount, startChildAccount } from "./child-account";

/** In MB. */
const sizes = [62, 117];
/** The longest wait for a response, in relation to the time that the save takes: if it stopped everything else, 1. */
const longestWait = 0.5;
/** The most memory for a save, in relation to the state: another copy would be 1. */
const mostMemory = 0.5;

/** Prints the results and returns the missed targets. */
export async function measureKeep(print: Print = console.log): Promise<string[]> {
  const targets = createTargets(print);
  for (const size of sizes) {
    const folder = mkdtempSync(join(tmpdir(), "bench-keep-"));
    const account = await startChildAccount(1, folder);
    try {
      const client = createClient(account);
      await client.fill(size * 1e6);
      await nextSave(folder, client.change);
      const quiet = await longest(client.change, setTimeout(20_000));
      const before = await account.memory();
      const save = nextSave(folder, () => setTimeout(20));
      const saving = await longest(client.change, save);
      const duration = await save;
      const memory = ((await account.memory()) - before) / size;
      print(`${size} MB, saved in ${(duration / 1_000).toFixed(1)} s`);
      print(`Longest wait for a response: ${quiet.toFixed(0)} ms without a save, ${saving.toFixed(0)} ms during one`);
      const share = saving / duration;
      targets.check(
        share <= longestWait,
        `wait during a save: ${share.toFixed(2)} × its time, at most ${longestWait} ×`,
      );
      targets.check(
        memory <= mostMemory,
        `more memory for a save: ${memory.toFixed(2)} × the state, at most ${mostMemory} ×`,
      );
    } finally {
      account.close();
      rmSync(folder, { recursive: true });
    }
  }
  return targets.missed;
}

/** Half of the state are records of 1 KB, half log events of 250 bytes. */
function createClient({ origin: endpoint }: ChildAccount) {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const config = { endpoint, region: "eu-west-1", credentials };
  const kinesis = new Kinesis(config);
  const logs = new CloudWatchLogs(config);
  const stream = { logGroupName: "bench", logStreamName: "bench" };
  const StreamName = "bench";
  const change = () => kinesis.putRecord({ StreamName, PartitionKey: "a", Data: Buffer.from("a") });
  return {
    change,
    async fill(bytes: number) {
      await kinesis.createStream({ StreamName, ShardCount: 1 });
      await logs.createLogGroup(stream);
      await logs.createLogStream(stream);
      await setTimeout(2_000);
      const Data = Buffer.alloc(1_000, "a");
      const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `${i}`, Data }));
      const message = "a".repeat(200);
      for (let filled = 0; filled < bytes; filled += 1e6) {
        await kinesis.putRecords({ StreamName, Records });
        const timestamp = Date.now();
        await logs.putLogEvents({
          ...stream,
          logEvents: Array.from({ length: 2_000 }, () => ({ timestamp, message })),
        });
      }
    },
  };
}

/** Waits for a save that began after the call; `meanwhile` runs again and again. Returns its milliseconds. */
async function nextSave(folder: string, meanwhile: () => Promise<unknown>): Promise<number> {
  const called = Date.now();
  for (;;) {
    const { began, ended } = lastSave(folder);
    if (began >= called) return ended - began;
    await meanwhile();
  }
}

function lastSave(folder: string): { began: number; ended: number } {
  const file = join(folder, "state");
  try {
    const { saved } = JSON.parse(readFileSync(file, "utf8").split("\n")[0] ?? "");
    return { began: Date.parse(saved), ended: statSync(file).mtimeMs };
  } catch {
    // None was made yet, or the file is being replaced.
    return { began: 0, ended: 0 };
  }
}

/** The longest duration of a request until `end`, in milliseconds. */
async function longest(request: () => Promise<unknown>, end: Promise<unknown>): Promise<number> {
  let running = true;
  const ended = end.then(() => {
    running = false;
  });
  let most = 0;
  while (running) {
    const sent = performance.now();
    await request();
    most = Math.max(most, performance.now() - sent);
    await setTimeout(5);
  }
  await ended;
  return most;
}
