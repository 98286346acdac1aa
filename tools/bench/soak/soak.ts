import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAws } from "../../../cli/stack/aws";
import { deployProgram } from "../../../demo/deploy";
import { type ChildAccount, startChildAccount } from "../account/child-account";
import { median } from "../median";
import { createTargets, type Print } from "../targets";
import { createAccountControl, onePercent } from "./account-control";
import {
  countAlarms,
  countArchived,
  countExecutions,
  countInteractions,
  countQuarantined,
  type SoakedStack,
} from "./outcome";
import { createTraffic, writeSeed } from "./traffic";

const region = "eu-west-1";
const stack = "soak";
const days = 30;
const hoursOfDay = 24;
const hour = 3_600_000;

/** Alarms whose cause the faults are: crashed functions, and failed calls of trainings, serving, Firehose and the schedules. */
const expectedAlarms = [
  "consumer-errors",
  "recommend-errors",
  "rerank-errors",
  "fallback",
  "retraining-failed",
  "archive-failed",
  "schedule-failed",
];
/** With fewer records in an hour, a single bad one is a per cent of them, from which the alarm of the quarantine fires. */
const enoughForQuarantine = 100;

/** In KiB for each event: what the account keeps of it. */
const keptOfEvent = 3;
/** In MiB for each day: its metrics, logs, executions and versions. */
const keptOfDay = 2;
/** In MiB: what is not yet collected, which is more or less from day to day. */
const noise = 64;

export interface SoakOptions {
  readonly count?: number;
  readonly seed?: number;
}

/** Thirty days of traffic with nightly trainings and one per cent of faults; then everything that was sent is counted. */
export async function soak(
  { count = 1_000_000, seed = 1 }: SoakOptions,
  print: Print = console.log,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const account = await startChildAccount(600);
  try {
    return await soakAccount(account, folder, { count, seed }, print);
  } finally {
    account.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soakAccount(account: ChildAccount, folder: string, options: Required<SoakOptions>, print: Print) {
  const { count, seed } = options;
  const targets = createTargets(print);
  const outputs = await deployTo(account, folder);
  const control = createAccountControl(account.origin);
  await control.setSpeed(0);
  const aws = createAws(region);
  const traffic = createTraffic(aws, String(outputs.eventStreamName), () => control.advance(1_000));
  for (const rule of onePercent(stack, seed)) await control.inject(rule);

  const perHour = Math.ceil(count / days / hoursOfDay);
  const memory: number[] = [];
  for (let day = 1; day <= days; day++) {
    const started = performance.now();
    for (let of = 0; of < hoursOfDay; of++) {
      await traffic.send(perHour);
      for (const name of [outputs.recommendFunctionName, outputs.rerankFunctionName]) await call(aws, String(name));
      await control.advance(hour);
    }
    const { resident, heap, buffers } = await account.usage();
    memory.push(resident);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const used = `${resident.toFixed(0)} MiB resident, ${heap.toFixed(0)} MiB heap, ${buffers.toFixed(0)} MiB buffers`;
    print(`day ${String(day).padStart(2)}  ${traffic.good + traffic.bad} records  ${used}  ${seconds} s`);
  }
  await control.clearFaults();
  await control.advance(2 * hour);

  const soaked = outputs as unknown as SoakedStack;
  const arrived = await countInteractions(aws, control, String(outputs.datasetGroupArn));
  targets.check(arrived === traffic.good, `${arrived} interactions of ${traffic.good} good records`);
  const { records, batches } = await countQuarantined(aws, soaked);
  targets.check(records === traffic.bad, `${records} records in the quarantine of ${traffic.bad} bad ones`);
  targets.check(batches === 0, `${batches} batches given up`);
  const archived = await countArchived(aws, soaked);
  const sent = traffic.good + traffic.bad;
  targets.check(archived >= sent, `${archived} records in the archive of ${sent}`);

  const executions = await countExecutions(aws, soaked);
  print("executions of the retraining:");
  for (const [end, number] of executions) print(`  ${number} ${end}`);
  const alarms = await countAlarms(aws, `recommender-${stack}-`);
  print(`alarms: ${[...alarms].map(([part, times]) => `${part} ${times}×`).join(", ") || "none"}`);
  const expected = perHour < enoughForQuarantine ? [...expectedAlarms, "quarantine"] : expectedAlarms;
  const unexpected = [...alarms.keys()].filter((part) => !expected.includes(part));
  targets.check(unexpected.length === 0, `alarms without a cause in the faults: ${unexpected.join(", ") || "none"}`);

  const half = median(memory.slice(days / 2 - 5, days / 2));
  const growth = median(memory.slice(-5)) - half;
  const most = noise + (keptOfDay * days) / 2 + (keptOfEvent * sent) / 2 / 1024;
  targets.check(
    growth <= most,
    `memory grew by ${growth.toFixed(0)} MiB in the second half, at most ${most.toFixed(0)} MiB`,
  );
  return targets.missed;
}

async function deployTo({ origin }: ChildAccount, folder: string): Promise<Readonly<Record<string, unknown>>> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: origin,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  // Every version passes the gate: the traffic has no preferences to learn.
  const settings = {
    ...writeSeed(folder),
    promotionThreshold: "0",
    allowedMetricDrop: "1",
    deletionProtection: "false",
  };
  const config = Object.entries(settings).map(([key, value]) => [`recommender:${key}`, value]);
  const { outputs } = await deployProgram({
    origin,
    account: "000000000000",
    region,
    stack,
    config: { "aws:region": region, ...Object.fromEntries(config) },
  });
  return outputs;
}

/** Asks one of the serving functions; the alarm of an idle campaign would fire otherwise. */
async function call(aws: ReturnType<typeof createAws>, FunctionName: string): Promise<void> {
  const itemMetadataList = [{ itemId: "2-Beagle-2-3" }, { itemId: "2-Boxer-3-2" }];
  const request = { userId: "10042", ...(FunctionName.includes("rerank") ? { itemMetadataList } : {}) };
  await aws.call("lambda", "Invoke", { FunctionName, Payload: Buffer.from(JSON.stringify(request)) });
}
