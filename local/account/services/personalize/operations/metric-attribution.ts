import type { MetricAttribute, MetricAttributionOutput } from "@aws-sdk/client-personalize";
import type { Scope } from "../../../aws/arn";
import type { Call, Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { refuseWrongMetrics } from "../background/attribution-metrics";
import { arnOf, type Context, type Input } from "../context";
import { alreadyExists, invalidInput } from "../faults";
import { proveJobKeyAccess, refuseUnusableRole } from "../s3/data-role";
import { parseLocation } from "../s3/source";
import type { Begin } from "../state/lifecycle";
import { listPage, notBegun, progress, refuseBusy, requireActive } from "../state/registry";
import type { Attribution, PersonalizeState } from "../state/state";

/** Quotas (guide, "Quotas"). */
const maxMetrics = 10;
/** The time that new metrics are not listed, if they appear later. */
const listedAfter = 20_000;

/** The metrics that an attribution has from now on. */
interface NewMetrics {
  readonly attribution: Attribution;
  readonly metrics: MetricAttribute[];
}

export function metricAttributionHandlers(context: Context) {
  const { host, store, lifecycle } = context;
  const setMetrics = ({ attribution, metrics }: NewMetrics) => {
    attribution.metrics = metrics;
  };
  const change = (news: NewMetrics) => {
    if (context.undocumented.metricsAppear !== "later") return setMetrics(news);
    const label = `personalize: ${news.attribution.name} shows its metrics`;
    host.clock.at(host.clock.now() + listedAfter, label, () => setMetrics(news), "transition");
  };
  const create = lifecycle.step<Creation>({
    takes: "metric attribution",
    work: (creation) => proveAccess(context, creation),
  });
  const remove = lifecycle.removal<{ state: PersonalizeState; arn: string }>(({ state, arn }) =>
    state.attributions.delete(arn),
  );
  const summary = (attribution: Attribution) => ({
    name: attribution.name,
    metricAttributionArn: attribution.arn,
    ...progress(attribution),
  });

  return {
    CreateMetricAttribution: (input, call) => createMetricAttribution(context, create, input, call),

    DescribeMetricAttribution({ metricAttributionArn }, call) {
      const attribution = store.of(call).attributions.find(metricAttributionArn);
      const { groupArn: datasetGroupArn, output: metricsOutputConfig } = attribution;
      return { metricAttribution: { ...summary(attribution), datasetGroupArn, metricsOutputConfig } };
    },

    ListMetricAttributions(input, call) {
      const { attributions, groups } = store.of(call);
      const group = groups.narrowing(input.datasetGroupArn);
      const { items, nextToken } = attributions.page(input, group, ({ groupArn }) => groupArn);
      return { metricAttributions: items.map(summary), nextToken };
    },

    ListMetricAttributionMetrics(input, call) {
      const attribution = store.of(call).attributions.narrowing(input.metricAttributionArn);
      if (!attribution) throw invalidInput("metricAttributionArn is missing.");
      const { arn, metrics, created, updated } = attribution;
      const named = metrics.map((metric) => ({
        metric,
        arn: `${arn}/${metric.metricName}`,
        name: "",
        created,
        updated,
      }));
      const { items, nextToken } = listPage(named, input);
      return { metrics: items.map(({ metric }) => metric), nextToken };
    },

    UpdateMetricAttribution: (input, call) => updateMetricAttribution(context, change, input, call),

    DeleteMetricAttribution({ metricAttributionArn }, call) {
      const state = store.of(call);
      const attribution = state.attributions.find(metricAttributionArn);
      refuseBusy(attribution, "MetricAttribution");
      remove(attribution, `metric attribution ${attribution.name}`, { state, arn: attribution.arn });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}

interface Creation {
  readonly scope: Scope;
  readonly attribution: Attribution;
}

function proveAccess({ host, store }: Context, { scope, attribution }: Creation): void {
  const { arn: sourceArn, groupArn, output } = attribution;
  const group = store.of(scope).groups.find(groupArn);
  proveJobKeyAccess(host, scope, group, { roleArn: output.roleArn ?? "", sourceArn });
}

function createMetricAttribution(
  { host, store }: Context,
  create: Begin<Creation>,
  { name = "", datasetGroupArn, metrics = [], metricsOutputConfig }: Input<"CreateMetricAttribution">,
  call: Call,
) {
  const state = store.of(call);
  const group = requireActive(state.groups.find(datasetGroupArn), "DatasetGroup");
  const arn = arnOf(call, `metric-attribution/${name}`);
  state.attributions.refuseTaken(arn);
  state.attributions.refuseOver(1, group.arn, ({ groupArn }) => groupArn === group.arn);
  refuseWrongMetrics(state, group.arn, metrics);
  refuseRepeated(metrics);
  const output = checkOutput(host, call, arn, metricsOutputConfig);
  const attribution = state.attributions.add({
    arn,
    name,
    groupArn: group.arn,
    metrics,
    output,
    ...notBegun(host),
  });
  const scope = { account: call.account, region: call.region };
  create(attribution, `metric attribution ${name}`, { scope, attribution });
  return { metricAttributionArn: arn };
}

function updateMetricAttribution(
  { host, store, lifecycle }: Context,
  change: (news: NewMetrics) => void,
  { metricAttributionArn, addMetrics = [], removeMetrics = [], metricsOutputConfig }: Input<"UpdateMetricAttribution">,
  call: Call,
) {
  const state = store.of(call);
  const attribution = requireActive(state.attributions.find(metricAttributionArn), "MetricAttribution");
  const stranger = removeMetrics.find((name) => !attribution.metrics.some(({ metricName }) => metricName === name));
  if (stranger !== undefined) {
    throw invalidInput(`removeMetrics names ${stranger}, which is not a metric of ${attribution.arn}.`);
  }
  const kept = attribution.metrics.filter(({ metricName = "" }) => !removeMetrics.includes(metricName));
  const taken = addMetrics.find(({ metricName }) => kept.some((metric) => metric.metricName === metricName));
  if (taken) throw alreadyExists(`${attribution.arn} has a metric named ${taken.metricName} already.`);
  refuseRepeated(addMetrics);
  const metrics = [...kept, ...addMetrics];
  refuseWrongMetrics(state, attribution.groupArn, metrics);
  // The model of UpdateMetricAttribution has no LimitExceededException.
  if (metrics.length > maxMetrics) throw invalidInput(`A metric attribution has ${maxMetrics} metrics at most.`);
  change({ attribution, metrics });
  if (metricsOutputConfig) attribution.output = checkOutput(host, call, attribution.arn, metricsOutputConfig);
  lifecycle.move(attribution, attribution.status);
  return { metricAttributionArn: attribution.arn };
}

function refuseRepeated(metrics: readonly MetricAttribute[]): void {
  const names = metrics.map(({ metricName }) => metricName);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw invalidInput(`The metric ${repeated} is listed twice.`);
}

function checkOutput(
  host: Host,
  call: Caller,
  arn: string,
  output: MetricAttributionOutput | undefined,
): MetricAttributionOutput {
  if (output?.roleArn === undefined) throw invalidInput("metricsOutputConfig.roleArn is missing.");
  if (output.s3DataDestination?.path !== undefined) parseLocation(output.s3DataDestination.path);
  refuseUnusableRole(host, call, output.roleArn, arn);
  return output;
}
