import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { bundleHandler } from "../../../components/lambda/lambda-bundle";
import { packageHandler } from "../../../components/lambda/lambda-package";
import { checkTrainingDataFactory } from "../../../functions/check-training-data";
import { evaluateModelFactory } from "../../../functions/evaluate-model";
import { ingestEventsFactory } from "../../../functions/ingest-events";
import { recommendPetsFactory } from "../../../functions/recommend-pets";
import { refreshPopularItemsFactory } from "../../../functions/refresh-popular-items";
import { reportModelHealthFactory } from "../../../functions/report-model-health";
import { rerankPetsFactory } from "../../../functions/rerank-pets";
import { findVariant } from "../../../functions/serving/experiments";
import { updateItemsFactory } from "../../../functions/update-items";
import { zipOf } from "../../../local/pulumi/provider/archive";
import { Targets } from "../targets";

const factories: Readonly<Record<string, () => unknown>> = {
  "ingest-events": ingestEventsFactory,
  "recommend-pets": recommendPetsFactory,
  "rerank-pets": rerankPetsFactory,
  "check-training-data": checkTrainingDataFactory,
  "evaluate-model": evaluateModelFactory,
  "refresh-popular-items": refreshPopularItemsFactory,
  "report-model-health": reportModelHealthFactory,
  "update-items": updateItemsFactory,
};
const largestZip = 220_000;
const longestStart = 1.25;
const rounds = 15;
const mostAdded = 0.05;

/**
 * A call of the function that visitors wait for, and the same call by a handler that does nothing
 * else.
 */
const event = { userId: "u" };
const bareHandler = `exports.handler = async () => {
  const sdk = await import("@aws-sdk/client-personalize-runtime");
  const input = { userId: "u", campaignArn: "arn:campaign" };
  return new sdk.PersonalizeRuntimeClient({}).send(new sdk.GetRecommendationsCommand(input));
};`;

/**
 * Measures the size of the functions, and the processor time from the start of Node.js to the first
 * response of one.
 */
export async function measureFunctions(): Promise<string[]> {
  const targets = new Targets();
  for (const [name, factory] of Object.entries(factories)) {
    const { length } = await zipOf(packageHandler(factory));
    targets.check(length <= largestZip, `${name}: ${Math.round(length / 1000)} of ${largestZip / 1000} KB zipped`);
  }
  const service = createServer((_request, response) => response.end("{}"));
  await new Promise<void>((listening) => service.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  try {
    const own = await fileOf(packageHandler(recommendPetsFactory));
    const bare = resolve(await bundleHandler(bareHandler));
    const [least = 0, ours = 0] = await measureMedians([bare, own], origin);
    console.log(`  with the client ${least.toFixed(0)} ms, ours ${ours.toFixed(0)} ms`);
    const ratio = ours / least;
    targets.check(
      ratio <= longestStart,
      `recommend-pets: ${ratio.toFixed(2)} × the empty handler with the same client, at most ${longestStart}`,
    );
  } finally {
    service.close();
  }
  const added = measureVariant();
  targets.check(added <= mostAdded, `an experiment adds ${added.toFixed(4)} ms, at most ${mostAdded}`);
  return targets.missed;
}

/** Milliseconds in which a visitor's variant is found. */
function measureVariant(calls = 100_000): number {
  const experiment = { name: "bench", placement: "home", variants: { home: 50, other: 50 } };
  const started = performance.now();
  for (let call = 0; call < calls; call++) findVariant(experiment, "home", { userId: `visitor-${call}` }, {});
  return (performance.now() - started) / calls;
}

async function fileOf(archive: ReturnType<typeof packageHandler>): Promise<string> {
  const [asset] = Object.values(await archive.assets);
  return resolve(await (asset as unknown as { path: Promise<string> }).path);
}

/** The middle value, the upper one of two; NaN without values. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * Median processor milliseconds of each file, measured in turns so that all meet the same machine.
 */
async function measureMedians(files: readonly string[], origin: string): Promise<number[]> {
  const times = files.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, file] of files.entries()) times[i]?.push(await processorTime(file, origin));
  }
  return times.map(median);
}

function processorTime(file: string, origin: string): Promise<number> {
  const program = `require(${JSON.stringify(file)}).handler(${JSON.stringify(event)}).then(() => {
    const { user, system } = process.cpuUsage();
    console.error("\\n" + (user + system) / 1000);
    process.exit();
  })`;
  const env = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL: origin,
    STACK: "bench",
    CAMPAIGN_ARN: "arn:campaign",
    DEADLINE_MILLISECONDS: "1000",
    FALLBACK_BUCKET: "b",
    FALLBACK_KEY: "k",
    FILTERS: "{}",
    FILTER_ARN_PREFIX: "arn:filter/",
    PLACEMENTS: '{"recommendation":{"campaign":"home","needsItem":false}}',
  };
  return new Promise((done, failed) => {
    execFile(process.execPath, ["-e", program], { env, cwd: tmpdir() }, (error, _stdout, stderr) => {
      const time = Number(stderr.trim().split("\n").at(-1));
      if (error || Number.isNaN(time)) failed(error ?? new Error(`${file} printed no time:\n${stderr}`));
      else done(time);
    });
  });
}
