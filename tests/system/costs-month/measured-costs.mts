import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import type { Account } from "../../../local/account.ts";
import { sdk } from "../../../local/tests/support/aws.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";
import type { Campaigns } from "./campaigns.mts";
import { day, hour, type Measured, type Period, sumOf, type Value } from "./measured.mts";
import type { Prices } from "./prices.mts";

type Costs = Record<string, number>;

const gigabyte = 1_073_741_824;

/** The facts that sums are made from. */
interface Facts {
  readonly account: Account;
  readonly measured: Measured;
  readonly campaigns: Campaigns;
}

/** Returns what quantities of a charge cost; NaN without its price. */
type PriceAt = (name: string, quantity: number) => number;

/** Adds up what a stack costs in a time, by the names of the command's rows. */
export async function sumUp(facts: Facts, deployed: DeployedStack, period: Period, prices: Prices): Promise<Costs> {
  const at: PriceAt = (name, quantity) => quantity * Number(prices[name]);
  const created = await findCreation(deployed);
  const life = Math.max(0, period.to - Math.max(period.from, created)) / hour;
  return {
    ...(await sumModels(facts, deployed, period, at)),
    ...sumStream(facts, deployed, period, at),
    stream: at("streamHour", life),
    imports: at(
      "importedGigabyte",
      sumOf(facts.measured.find(period, "AWS/Personalize", "DatasetSize", deployed.outputs.datasetGroupArn)) / gigabyte,
    ),
    ...(await sumFunctions(facts, deployed, period, at)),
    alarms: at("alarmMonth", (await countWatched(facts, deployed)) * (life / 730)),
    metrics: at("metricMonth", countMetricHours(facts, deployed, period) / 730),
    key: at("keyMonth", life / 730),
  };
}

async function findCreation({ kinesis, outputs }: DeployedStack): Promise<number> {
  const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: outputs.eventStreamName });
  return Number(StreamDescriptionSummary?.StreamCreationTimestamp);
}

async function sumModels({ campaigns }: Facts, deployed: DeployedStack, period: Period, at: PriceAt): Promise<Costs> {
  const { outputs, personalize } = deployed;
  const costs: Costs = {};
  for (const [model, arn] of Object.entries(outputs.campaignArns)) {
    const { campaign } = await personalize.describeCampaign({ campaignArn: arn });
    const solutionArn = String(campaign?.solutionVersionArn).split("/").slice(0, 2).join("/");
    const { solution } = await personalize.describeSolution({ solutionArn });
    const { solutionVersions = [] } = await personalize.listSolutionVersions({ solutionArn });
    const trained = solutionVersions.filter(
      ({ creationDateTime }) => Number(creationDateTime) >= period.from && Number(creationDateTime) < period.to,
    );
    const hours = campaigns.countHours(period, arn);
    if (solution?.recipeArn?.endsWith("-v2")) {
      costs[`requests ${model}`] = at("requestThousand", hours * 3.6);
      costs[`interactions ${model}`] = at("trainingMillionInteractions", 0.5 * trained.length);
    } else {
      costs[`campaigns ${model}`] = at("campaignTpsHour", hours);
      // The account trains for five minutes.
      costs[`trainings ${model}`] = at("trainingHour", trained.length / 12);
    }
  }
  return costs;
}

/** The bytes of each hour, of which each record has at least so many as are billed. */
function sumBilled(bytes: readonly Value[], records: readonly Value[], leastOfRecord: number): number {
  const hourOf = ({ time }: Value) => Math.floor(time / hour);
  const sums = [...new Set(bytes.map(hourOf))].map((each) => {
    const within = (values: readonly Value[]) => sumOf(values.filter((value) => hourOf(value) === each));
    return Math.max(within(bytes), leastOfRecord * within(records));
  });
  return sums.reduce((sum, each) => sum + each, 0);
}

function sumStream({ measured }: Facts, { outputs, stack }: DeployedStack, period: Period, at: PriceAt): Costs {
  const ofStream = JSON.stringify(["StreamName", outputs.eventStreamName]);
  const ofDelivery = JSON.stringify(["DeliveryStreamName", `recommender-${stack}-archive`]);
  const stream = (name: string) => measured.find(period, "AWS/Kinesis", name, ofStream);
  const delivered = (name: string) =>
    measured.find(period, "AWS/Firehose", `DataReadFromKinesisStream.${name}`, ofDelivery);
  const incoming = sumBilled(stream("IncomingBytes"), stream("IncomingRecords"), 1_024);
  const archived = sumBilled(delivered("Bytes"), delivered("Records"), 5_120);
  return {
    streamIn: at("streamGigabyteIn", incoming / gigabyte),
    streamOut: at("streamGigabyteOut", sumOf(stream("GetRecords.Bytes")) / gigabyte),
    archive: at("archiveGigabyte", archived / gigabyte),
  };
}

/** Sizes of functions, which stay known when their stack is gone. */
const memories = new Map<string, number>();

async function sumFunctions(facts: Facts, deployed: DeployedStack, period: Period, at: PriceAt): Promise<Costs> {
  const { stack, lambda } = deployed;
  const { find } = facts.measured;
  const functions = (name: string) => find(period, "AWS/Lambda", name, `"recommender-${stack}-`);
  let gigabyteSeconds = 0;
  for (const { dimensions, value } of functions("Duration")) {
    const FunctionName = new Map<string, string>(JSON.parse(dimensions)).get("FunctionName") ?? "";
    const memory = memories.get(FunctionName) ?? (await lambda.getFunctionConfiguration({ FunctionName })).MemorySize;
    memories.set(FunctionName, memory ?? 0);
    gigabyteSeconds += (value / 1_000) * ((memory ?? 0) / 1_024);
  }
  return {
    invocations: at("invocationMillion", sumOf(functions("Invocations")) / 1e6),
    compute: at("gigabyteSecond", gigabyteSeconds),
    logs: at("logGigabyte", sumOf(find(period, "AWS/Logs", "IncomingBytes", `recommender-${stack}-`)) / gigabyte),
  };
}

/** Counts the metrics that the alarms watch. */
async function countWatched({ account }: Facts, { stack }: DeployedStack): Promise<number> {
  const AlarmNamePrefix = `recommender-${stack}-`;
  const { MetricAlarms = [] } = await new CloudWatch(sdk(account)).describeAlarms({ AlarmNamePrefix });
  const watched = MetricAlarms.map(({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1);
  return watched.reduce((sum, each) => sum + each, 0);
}

/** Counts the hours in which each of the program's own metrics had a value. */
function countMetricHours({ measured }: Facts, { stack }: DeployedStack, period: Period): number {
  const own = measured.findAll(period, "recommender", JSON.stringify(["Stack", stack]));
  const nameOf = ({ name, dimensions }: Value) => `${name} ${dimensions}`;
  // CloudWatch lists no metric without values for two weeks, and the command says so.
  const recent = new Set(own.filter(({ time }) => time >= period.to - 14 * day).map(nameOf));
  const isListed = (value: Value) => recent.has(nameOf(value)) || !value.dimensions.includes("Outcome");
  return new Set(own.filter(isListed).map((value) => `${nameOf(value)} ${Math.floor(value.time / hour)}`)).size;
}
