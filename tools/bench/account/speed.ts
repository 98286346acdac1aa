import { metricNamespace } from "../../../names/layout";
import { Targets } from "../targets";
import { type BenchAccount, deployOnAccount } from "./bench-account";
import { type Load, type Shot, sendLoad } from "./load";

const records = 5000;

/**
 * Measures the account and the program's deployment, also in relation to the account's fastest
 * operation.
 */
export async function measureAccount(): Promise<string[]> {
  const targets = new Targets();
  const bench = await deployOnAccount();
  const { resources, milliseconds } = bench.deployment;
  const text = `deployment of ${resources.length} resources with imports and trainings`;
  targets.check(milliseconds <= 15_000, `${text}: ${(milliseconds / 1000).toFixed(1)} s, at most 15 s`);
  await measureServing(bench, targets);
  await measureStreaming(bench, targets);
  const memory = process.memoryUsage().rss / 2 ** 20;
  targets.check(memory <= 1024, `resident memory of the account ${memory.toFixed(0)} MiB, at most 1024 MiB`);
  await bench.account.close();
  return targets.missed;
}

/** The cheapest request: what it takes is the server, the credentials and the codec. */
const identity: Shot = {
  service: "sts",
  path: "/",
  contentType: "application/x-www-form-urlencoded",
  body: "Action=GetCallerIdentity&Version=2011-06-15",
};

const createShots = (campaignArn: string | undefined, users: readonly string[]): Shot[] =>
  users.map((userId) => ({
    service: "personalize",
    path: "/recommendations",
    contentType: "application/json",
    body: JSON.stringify({ campaignArn, userId, numResults: 25 }),
  }));

const line = ({ perSecond, p50, p99 }: Load) =>
  `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

async function measureServing({ account, deployment }: BenchAccount, targets: Targets): Promise<void> {
  const campaignArn = (deployment.outputs.campaignArns as Record<string, string>).recommendation;
  const recommendations = createShots(
    campaignArn,
    Array.from({ length: 4000 }, (_, user) => String(10_000 + user)),
  );
  const size = { origin: account.origin, count: 10_000, connections: 32 };
  const door = await sendLoad({ ...size, shots: [identity] });
  const most = await sendLoad({ ...size, shots: recommendations });
  console.log("On 32 connections of another process:");
  console.log(`  the front door alone (GetCallerIdentity)  ${line(door)}`);
  const ratio = (door.perSecond / most.perSecond).toFixed(1);
  console.log(`  GetRecommendations, 25 of 925 items       ${line(most)}, ${ratio} × the door's time`);
  targets.check(most.perSecond >= 1000, `GetRecommendations ${most.perSecond.toFixed(0)}/s, at least 1,000/s`);
}

async function measureStreaming({ account, deployment, aws }: BenchAccount, targets: Targets): Promise<void> {
  let delivered = 0;
  const stop = account.host.on("metric", ({ namespace, name, values }) => {
    if (namespace === metricNamespace && name === "DeliveredEvents") delivered += values.reduce((a, b) => a + b, 0);
  });
  const started = performance.now();
  for (let i = 0; i < records; i += 500) {
    const Records = Array.from({ length: 500 }, (_, k) => createRecord(i + k));
    await aws.call("kinesis", "PutRecords", { StreamName: String(deployment.outputs.eventStreamName), Records });
  }
  while (delivered < records && performance.now() - started < 60_000) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stop();
  const perSecond = delivered / ((performance.now() - started) / 1000);
  console.log(`${delivered} records from the stream through the consumer to Personalize: ${perSecond.toFixed(0)}/s`);
  targets.check(
    delivered === records && perSecond >= 1000,
    `stream to Personalize ${perSecond.toFixed(0)}/s, at least 1,000/s`,
  );
}

/**
 * Events of 1,000 sessions of five events each, forty visitors at a time: as the seed's visitors
 * come.
 */
function createRecord(index: number) {
  const sessions = 40;
  const events = 5;
  const wave = Math.floor(index / (sessions * events));
  const sessionId = `bench-${wave}-${index % sessions}`;
  const event = {
    sessionId,
    eventType: "DetailView",
    animalMetadata: {
      animal_species_id: "2",
      animal_primary_breed_id: "Beagle",
      animal_size_id: String(1 + (index % 5)),
      animal_age_id: String(1 + (index % 4)),
    },
  };
  return { PartitionKey: sessionId, Data: Buffer.from(JSON.stringify(event)) };
}
