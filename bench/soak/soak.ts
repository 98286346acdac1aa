import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploy } from "../../local/pulumi/deploy";
import { createAws } from "../../local/pulumi/provider/aws";
import { type ChildAccount, startChildAccount } from "../account/child-account";
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

/** Alarms whose cause the faults are: crashed functions, failed calls of a training, answers without the campaign. */
const expectedAlarms = ["consumer-errors", "recommend-errors", "rerank-errors", "fallback", "retraining-failed"];

/** In KiB for each event: what the account keeps of an event, and what of it is not yet collected. */
const mostGrowth = 3;

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
  const traffic = createTraffic(aws, String(outputs.eventStreamName), seed, () => control.advance(1_000));
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
  const arrived = await countInteractions(aws, control, soaked, String(outputs.datasetGroupArn));
  targets.check(arrived === traffic.good, `${arrived} interactions of ${traffic.good} good records`);
  const { records, batches } = await countQuarantined(aws, soaked);
  targets.check(records === traffic.bad, `${records} records in the quarantine of ${traffic.bad} bad ones`);
  targets.check(batches === 0, `${batches} batches given up`);
  const archived = await countArchived(aws, soaked);
  const sent = traffic.good + traffic.bad;
  targets.check(archived >= sent, `${archived} records in the archive of ${sent}`);

  const executions = await countExecutions(aws, soaked);
  print(`executions of the retraining: ${[...executions].map(([status, n]) => `${n} ${status}`).join(", ")}`);
  const alarms = await countAlarms(aws, `recommender-${stack}-`);
  print(`alarms: ${[...alarms].map(([part, times]) => `${part} ${times}×`).join(", ") || "none"}`);
  const unexpected = [...alarms.keys()].filter((part) => !expectedAlarms.includes(part));
  targets.check(unexpected.length === 0, `alarms without a cause in the faults: ${unexpected.join(", ") || "none"}`);

  const [half = 0, end = 0] = [memory[days / 2 - 1], memory[days - 1]];
  const growth = ((end - half) * 1024) / (sent / 2);
  targets.check(growth <= mostGrowth, `memory grew by ${growth.toFixed(2)} KiB an event, at most ${mostGrowth} KiB`);
  return targets.missed;
}

async function deployTo({ origin }: ChildAccount, folder: string): Promise<Readonly<Record<string, unknown>>> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: origin,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  // Every version passes the gate: the traffic is at random.
  const settings = {
    ...writeSeed(folder),
    promotionThreshold: "0",
    allowedMetricDrop: "1",
    deletionProtection: "false",
  };
  const config = Object.entries(settings).map(([key, value]) => [`recommender:${key}`, value]);
  const { outputs } = await deploy({
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
