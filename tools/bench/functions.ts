import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundleHandler } from "../../components/lambda/lambda-bundle";
import { packageHandler } from "../../components/lambda/lambda-package";
import { recommendPetsFactory } from "../../functions/recommend-pets";
import { zipOf } from "../../local/pulumi/provider/archive";
import { measureProcessor, median } from "./processor-time";
import { Targets } from "./targets";

const largestZip = 220_000;
const longestStart = 1.25;
const rounds = 15;
const root = join(__dirname, "../..");

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
  for (const [name, factory] of listFactories()) {
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
  return targets.missed;
}

/** Each file of the folder is a handler, and exports its factory. */
function listFactories(): [string, () => unknown][] {
  const files = readdirSync(join(root, "functions")).filter((name) => name.endsWith(".ts"));
  return files.map((name) => {
    const exported: Record<string, () => unknown> = require(join(root, "functions", name));
    const factory = Object.values(exported)[0];
    if (factory === undefined) throw new Error(`functions/${name} exports no factory.`);
    return [name, factory];
  });
}

async function fileOf(archive: ReturnType<typeof packageHandler>): Promise<string> {
  const [asset] = Object.values(await archive.assets);
  return resolve(await (asset as unknown as { path: Promise<string> }).path);
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
  const program = `require(${JSON.stringify(file)}).handler(${JSON.stringify(event)}).then(() => process.exit())`;
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
  return measureProcessor(program, { env, cwd: tmpdir() });
}
