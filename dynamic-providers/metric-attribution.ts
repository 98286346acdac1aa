import type { MetricAttribution as Described, MetricAttribute } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Kind } from "./resource/kind";
import { toCanonicalJson } from "./resource/names";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { pollUntil } from "./service/poll";
import { listAll, type Session } from "./service/session";

/** A count or a sum over the events of one type. */
export interface Metric {
  eventType: string;
  /** The metric's name in CloudWatch. */
  metricName: string;
  /** `SAMPLECOUNT()`, `SUM(Items.COLUMN)` or `SUM(Interactions.COLUMN)`. */
  expression: string;
}

export interface MetricAttributionArgs extends Omit<CommonArgs, "tags"> {
  /** The service allows one attribution per group. Changing this replaces the attribution. */
  datasetGroupArn: pulumi.Input<string>;
  /** 1 to 10 metrics with different names. Changed in place. */
  metrics: pulumi.Input<Metric[]>;
  /** The role with which Personalize writes to CloudWatch. Changed in place. */
  roleArn: pulumi.Input<string>;
}

/** With the metrics, which have their own operation. */
type Seen = Described & { metrics?: Metric[] };

const toMetric = ({ eventType = "", metricName = "", expression = "" }: MetricAttribute): Metric => ({
  eventType,
  metricName,
  expression,
});

/** The metrics in the order of their names: the service's order is not documented. */
function sortMetrics(metrics: readonly MetricAttribute[]): Metric[] {
  return metrics.map(toMetric).sort((a, b) => (a.metricName < b.metricName ? -1 : 1));
}

async function describe({ api }: Session, metricAttributionArn: string): Promise<Seen> {
  const { metricAttribution = {} } = await api.describeMetricAttribution({ metricAttributionArn });
  const metrics = await listAll(
    (nextToken) => api.listMetricAttributionMetrics({ metricAttributionArn, nextToken }),
    "metrics",
  );
  return { ...metricAttribution, metrics: sortMetrics(metrics) };
}

export const metricAttributionKind = (): Kind<Inputs<MetricAttributionArgs>, Seen> => ({
  kind: "MetricAttribution",
  identity: ({ name, datasetGroupArn }) => ({ name, datasetGroupArn }),
  settings: ({ metrics, roleArn }) => ({ metrics: sortMetrics(metrics), roleArn }),
  conflicts: (olds, news) => olds.datasetGroupArn === news.datasetGroupArn,
  async find({ api }, { datasetGroupArn }, name) {
    const attributions = await listAll(
      (nextToken) => api.listMetricAttributions({ datasetGroupArn, nextToken }),
      "metricAttributions",
    );
    return attributions.find((each) => each.name === name)?.metricAttributionArn;
  },
  async create({ api }, { datasetGroupArn, metrics, roleArn }, name) {
    const input = { name, datasetGroupArn, metrics, metricsOutputConfig: { roleArn } };
    return (await api.createMetricAttribution(input)).metricAttributionArn;
  },
  describe,
  delete: ({ api }, metricAttributionArn) => api.deleteMetricAttribution({ metricAttributionArn }),
  // An attribution has no tags. What differs in one of the same group is changed in place.
  matches: (seen, { datasetGroupArn }) => seen.datasetGroupArn === datasetGroupArn,
  readInputs: ({ datasetGroupArn = "", metrics = [], metricsOutputConfig }, given) => ({
    datasetGroupArn,
    metrics: toCanonicalJson(metrics) === toCanonicalJson(sortMetrics(given.metrics ?? [])) ? given.metrics : metrics,
    roleArn: metricsOutputConfig?.roleArn ?? "",
  }),
  async syncSettings(session, { arn, metrics, roleArn }, seen) {
    const wanted = sortMetrics(metrics);
    const isWanted = ({ metrics: present, metricsOutputConfig }: Seen) =>
      metricsOutputConfig?.roleArn === roleArn && toCanonicalJson(present) === toCanonicalJson(wanted);
    if (isWanted(seen)) return seen;
    const { metrics: present = [] } = seen;
    const without = (others: readonly Metric[]) => (metric: Metric) =>
      !others.some((other) => toCanonicalJson(other) === toCanonicalJson(metric));
    await session.api.updateMetricAttribution({
      metricAttributionArn: arn,
      addMetrics: wanted.filter(without(present)),
      removeMetrics: present.filter(without(wanted)).map(({ metricName }) => metricName),
      metricsOutputConfig: { roleArn },
    });
    // The update has no status, and the guide does not say that the list shows it at once.
    const updated = await pollUntil(session, async () => {
      const found = await describe(session, arn);
      return isWanted(found) ? found : undefined;
    });
    if (updated) return updated;
    throw new Error(`${session.label}: ${arn} does not show its new metrics yet. Run \`pulumi up\` again to wait on.`);
  },
});

/**
 * Counts events, and adds up their values, by the recommendations that they follow: as metrics in
 * CloudWatch.
 */
export class MetricAttribution extends PersonalizeResource {
  constructor(name: string, args: MetricAttributionArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "MetricAttribution", timeoutSeconds: 1800, hasTags: false }, name, args, opts);
  }
}
