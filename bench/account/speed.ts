import { startAccount } from "../../local/account";
import { type Deployment, deploy } from "../../local/deploy";
import { createAws } from "../../local/provider/aws";
import { stackConfig } from "../../local/stack-config";
import { load } from "./load";

const region = "eu-west-1";
const records = 5000;

/** The account and the program's deployment, as figures and as ratios to the bare front door in the same run. */
export async function speed(print: (line: string) => void = console.log): Promise<string[]> {
  const missed: string[] = [];
  const target = (holds: boolean, text: string) => {
    print(`${holds ? "  holds " : "  MISSED"}  ${text}`);
    if (!holds) missed.push(text);
  };
  const account = await startAccount({ speed: 600 });
  const config = stackConfig("dev");
  const deployment = await deploy({ origin: account.origin, account: "000000000000", region, stack: "dev", config });
  const seconds = deployment.milliseconds / 1000;
  print(
    `Deployment of ${deployment.resources.length} resources, imports and trainings included: ${seconds.toFixed(1)} s`,
  );
  target(seconds <= 15, `deployment ${seconds.toFixed(1)} s, at most 15 s`);
  account.clock.setSpeed(1);
  await serving(account.origin, deployment, print, target);
  await streaming(account, deployment, print, target);
  const memory = process.memoryUsage().rss / 2 ** 20;
  target(memory <= 1024, `resident memory of the account ${memory.toFixed(0)} MiB, at most 1024 MiB`);
  await account.close();
  return missed;
}

type Target = (holds: boolean, text: string) => void;
type Print = (line: string) => void;

async function serving(origin: string, { outputs }: Deployment, print: Print, target: Target): Promise<void> {
  const campaignArn = (outputs.campaignArns as Record<string, string>).recommendation;
  const recommendation = (index: number) => ({
    service: "personalize",
    path: "/recommendations",
    contentType: "application/json",
    body: JSON.stringify({ campaignArn, userId: String(10_000 + (index % 4000)), numResults: 25 }),
  });
  const identity = () => ({
    service: "sts",
    path: "/",
    contentType: "application/x-www-form-urlencoded",
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  await load(origin, recommendation, { count: 500, connections: 8 });
  // Client and account share this process and its one thread: a client elsewhere leaves the account more.
  const door = await load(origin, identity, { count: 5000, connections: 8 });
  const answers = await load(origin, recommendation, { count: 5000, connections: 8 });
  const line = ({ perSecond, p50, p99 }: typeof door) =>
    `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  print(`Front door alone (GetCallerIdentity): ${line(door)}`);
  print(
    `GetRecommendations:                   ${line(answers)}, ${(door.perSecond / answers.perSecond).toFixed(1)} × the door's time`,
  );
  target(answers.perSecond >= 500, `GetRecommendations ${answers.perSecond.toFixed(0)}/s, at least 500/s`);
  target(answers.p99 < 20, `GetRecommendations p99 ${answers.p99.toFixed(1)} ms, under 20 ms`);
}

async function streaming(
  account: Awaited<ReturnType<typeof startAccount>>,
  { outputs }: Deployment,
  print: Print,
  target: Target,
): Promise<void> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.origin,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  const aws = createAws(region);
  let delivered = 0;
  const stop = account.host.on("metric", ({ namespace, name, value }) => {
    if (namespace === "PetRecommender" && name === "DeliveredEvents") delivered += value;
  });
  const started = performance.now();
  for (let i = 0; i < records; i += 500) {
    const Records = Array.from({ length: 500 }, (_, k) => record(i + k));
    await aws.call("kinesis", "PutRecords", { StreamName: String(outputs.eventStreamName), Records });
  }
  while (delivered < records && performance.now() - started < 60_000) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stop();
  const perSecond = delivered / ((performance.now() - started) / 1000);
  print(`${delivered} records from the stream through the consumer to Personalize: ${perSecond.toFixed(0)}/s`);
  target(
    delivered === records && perSecond >= 1000,
    `stream to Personalize ${perSecond.toFixed(0)}/s, at least 1,000/s`,
  );
}

/** Events of 1,000 sessions of five events each, forty visitors at a time: as the seed's visitors come. */
function record(index: number) {
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
