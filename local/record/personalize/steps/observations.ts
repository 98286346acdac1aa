import { paginateListMetrics } from "@aws-sdk/client-cloudwatch";
import { options } from "../../../account/services/personalize/undocumented";
import { notRecorded } from "../../compare";
import type { World } from "../world";
import type { Step } from "./step";

const { assumed, otherwise, step } = options.putEventsMetric;

/** The metrics that the service reports: their names and dimensions. */
export const requestMetrics: Step = {
  name: step,
  stage: 0,
  settles: ["putEventsMetric"],
  async run({ world }) {
    const facts = await readMetrics(world, (names) => names.has(assumed) || names.has(otherwise));
    const seen = [assumed, otherwise].find((name) => name in facts);
    return { ...facts, ...(seen && { putEventsMetric: seen }) };
  },
};

export const modelMetrics: Step = {
  name: "the runtime's requests appear as metrics",
  stage: 1,
  async run({ world }) {
    const facts = await readMetrics(world, (names) => names.has("GetRecommendations"));
    return Object.fromEntries(Object.entries(facts).filter(([name]) => name.startsWith("Get")));
  },
};

/**
 * Calls of the service to KMS and S3, as CloudTrail has them: reading objects is not in the events
 * that it looks up.
 */
export const serviceCalls: Step = {
  name: "the service's calls in CloudTrail",
  stage: 0,
  async run({ world, fixture }) {
    const { lookUp, run } = world;
    if (!lookUp) return { calls: notRecorded };
    const resources = [fixture.keyArn, `${run}-files`, `${run}-locked`];
    const events: object[] = [];
    for (const resource of resources) events.push(...(await lookUp(resource)));
    return { calls: [...new Set(events.map((event) => JSON.stringify(event)))].sort().map((text) => JSON.parse(text)) };
  },
};

const minute = 60_000;

/**
 * Waits until metrics of the run appear, and five minutes for the others, but half an hour at most.
 * Returns their names, each with its namespace and dimensions. The attribution's are in a namespace
 * that the guide does not name, so all are read.
 */
async function readMetrics({ cloudwatch, run, until, now }: World, isComplete: (names: Set<string>) => boolean) {
  const found = new Map<string, string>();
  const begin = now().getTime();
  await until(async () => {
    for await (const { Metrics = [] } of paginateListMetrics({ client: cloudwatch }, {})) {
      for (const { Namespace, MetricName = "", Dimensions = [] } of Metrics) {
        if (!Dimensions.some(({ Value = "" }) => Value.includes(run))) continue;
        const dimensions = Dimensions.map(({ Name }) => Name).sort();
        found.set(MetricName, `${Namespace}: ${dimensions.join(", ")}`);
      }
    }
    const passed = now().getTime() - begin;
    return passed > 30 * minute || (passed > 5 * minute && isComplete(new Set(found.keys())));
  });
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
