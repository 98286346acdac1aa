import { createAws } from "../../../cli/stack/aws";
import { stackConfig } from "../../../cli/stack/stack-file";
import { deployProgram } from "../../../demo/deploy";
import { startAccount } from "../../../local/account";
import type { Deployment } from "../../../local/pulumi/deploy";
import { Targets } from "../targets";
import { type Load, type Shot, sendLoad } from "./load";

const region = "eu-west-1";
const records = 5000;

/** Measures the account and the program's deployment, also in relation to the account's fastest operation. */
export async function measureAccount(): Promise<string[]> {
  const targets = new Targets();
  const account = await startAccount({ speed: 600 });
  const config = stackConfig("dev");
  const deployment = await deployProgram({
    origin: account.origin,
    account: "000000000000",
    region,
    stack: "dev",
    config,
  });
  const seconds = deployment.milliseconds / 1000;
  console.log(
    `Deployment of ${deployment.resources.length} resources, imports and trainings included: ${seconds.toFixed(1)} s`,
  );
  targets.check(seconds <= 15, `deployment ${seconds.toFixed(1)} s, at most 15 s`);
  account.clock.setSpeed(1);
  await measureServing(account.origin, deployment, targets);
  await measureStreaming(account, deployment, targets);
  const memory = process.memoryUsage().rss / 2 ** 20;
  targets.check(memory <= 1024, `resident memory of the account ${memory.toFixed(0)} MiB, at most 1024 MiB`);
  await account.close();
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

type BenchAccount = Awaited<ReturnType<typeof startAccount>>;

const line = ({ perSecond, p50, p99 }: Load) =>
  `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

async function measureServing(origin: string, { outputs }: Deployment, targets: Targets): Promise<void> {
  const campaignArn = (outputs.campaignArns as Record<string, string>).recommendation;
  const recommendations = createShots(
    campaignArn,
    Array.from({ length: 4000 }, (_, user) => String(10_000 + user)),
  );
  const size = { origin, count: 10_000, connections: 32 };
  const door = await sendLoad({ ...size, shots: [identity] });
  const most = await sendLoad({ ...size, shots: recommendations });
  console.log("On 32 connections of another process:");
  console.log(`  the front door alone (GetCallerIdentity)  ${line(door)}`);
  const ratio = (door.perSecond / most.perSecond).toFixed(1);
  console.log(`  GetRecommendations, 25 of 925 items       ${line(most)}, ${ratio} × the door's time`);
  targets.check(most.perSecond >= 1000, `GetRecommendations ${most.perSecond.toFixed(0)}/s, at least 1,000/s`);
}

function connect(origin: string) {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: origin,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  return createAws(region);
}

async function measureStreaming(account: BenchAccount, { outputs }: Deployment, targets: Targets): Promise<void> {
  const aws = connect(account.origin);
  let delivered = 0;
  const stop = account.host.on("metric", ({ namespace, name, values }) => {
    if (namespace === "PetRecommender" && name === "DeliveredEvents") delivered += values.reduce((a, b) => a + b, 0);
  });
  const started = performance.now();
  for (let i = 0; i < records; i += 500) {
    const Records = Array.from({ length: 500 }, (_, k) => createRecord(i + k));
    await aws.call("kinesis", "PutRecords", { StreamName: String(outputs.eventStreamName), Records });
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

/** Events of 1,000 sessions of five events each, forty visitors at a time: as the seed's visitors come. */
function createRecord(index: number) {
  const [sessions, events] = [40, 5];
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
