import { type MetricName, metricNamespace, nameCampaign, standardPlacement } from "../names/layout";
import { createNewEventCounter } from "./retraining/new-events";
import { createServedVersionReader } from "./retraining/served-version";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";
import { createMetricReader, listUses } from "./support/metric-history";
import { describeError, emitMetrics, log } from "./support/telemetry";

const hour = 3_600_000;
const day = 24 * hour;
/** As far back as an hourly metric is read. */
const longestHistory = 60 * day;

/**
 * A model's serving state, times in days; metrics with these names. The service has no metrics for
 * them.
 */
export type ModelHealth = {
  /** Since the training of the serving version began. */
  ModelAgeDays: number;
  /**
   * The same age where new events wait for a training, else 0: without new data an old model is as
   * good as a new one.
   */
  StaleModelDays: number;
  /**
   * Since the training of the oldest version that is newer than the serving one: rejected, or
   * rolled back; else 0.
   */
  UnservedVersionDays: number;
  /**
   * Since a caller's last request, or the campaign's creation. Campaigns are billed by the hour
   * without requests too.
   */
  IdleCampaignDays: number;
  /**
   * The campaign's minimum, which it is billed for without requests too: the service describes only
   * the present one.
   */
  MinimumTPS: number;
};

const variables = ["CAMPAIGN_ARNS", "LEAST_NEW_EVENTS", "STACK", "STREAM_NAME"] as const;
// Absent where there are campaigns; with it, CAMPAIGN_ARNS names those that do not exist.
const optionalVariables = ["ASLEEP"] as const;
export type Environment = EnvironmentOf<typeof variables, typeof optionalVariables>;

/**
 * Publishes the health of each model, and for how long the stream has been silent. In a stack that
 * is asleep no model serves: then it publishes for how long. Runs hourly, so
 * that the alarms also notice when the reports stop.
 */
export function reportModelHealthFactory() {
  const settings = readEnvironment("report-model-health", variables, optionalVariables);
  const campaignArns: Record<string, string> = settings.ASLEEP ? {} : JSON.parse(settings.CAMPAIGN_ARNS);
  const countNewEvents = createNewEventCounter(settings);
  const readMetric = createMetricReader();
  const describeServed = createServedVersionReader();

  const findLastUse = async (campaignArn: string, since: Date): Promise<Date> => {
    const dimensions = { Stack: settings.STACK, Campaign: nameCampaign(campaignArn) };
    const name = "CampaignRequests" satisfies MetricName;
    const periods = await readMetric({ namespace: metricNamespace, name, dimensions }, since);
    return new Date(Math.max(since.getTime(), ...listUses(periods)));
  };

  /**
   * 0 when there was no record in the last two months: a new stack, whose producers are not there
   * yet, is not silent.
   */
  const readSilentHours = async (): Promise<number> => {
    const dimensions = { StreamName: settings.STREAM_NAME };
    const now = Date.now();
    // Kinesis has no values for hours without records.
    const metric = { namespace: "AWS/Kinesis", name: "IncomingRecords", dimensions };
    const ends = listUses(await readMetric(metric, new Date(now - longestHistory)));
    return ends.length === 0 ? 0 : Math.max(0, now - Math.max(...ends)) / hour;
  };

  /**
   * Since the last report on a campaign; of a stack that never had one, since its first report. To
   * the hour, and at most 60 days.
   */
  const readAsleepHours = async (): Promise<number> => {
    const now = Date.now();
    const read = (name: MetricName, dimensions: Record<string, string>) =>
      readMetric(
        { namespace: metricNamespace, name, dimensions: { Stack: settings.STACK, ...dimensions } },
        new Date(now - longestHistory),
      );
    const served = listUses(await read("MinimumTPS", { Model: standardPlacement }));
    const reported = await read("SilentHours", {});
    const since =
      served.length > 0 ? Math.max(...served) : Math.min(now, ...reported.map(({ start }) => start.getTime()));
    return Math.max(0, now - since) / hour;
  };

  const readHealth = async (campaignArn: string): Promise<ModelHealth> => {
    const served = await describeServed(campaignArn);
    const daysSince = (time: Date) => Math.max(0, Date.now() - time.getTime()) / day;
    const age = daysSince(served.trainedAt);
    const { delivered, uncounted } = await countNewEvents(served.trainedAt);
    return {
      ModelAgeDays: age,
      StaleModelDays: uncounted > 0 || delivered >= Math.max(1, Number(settings.LEAST_NEW_EVENTS)) ? age : 0,
      UnservedVersionDays: served.unservedSince ? daysSince(served.unservedSince) : 0,
      IdleCampaignDays: daysSince(await findLastUse(campaignArn, served.campaignCreatedAt)),
      MinimumTPS: served.minProvisionedTPS,
    };
  };

  return answerInTime(async (): Promise<Record<string, ModelHealth>> => {
    const health = new Map<string, ModelHealth>();
    const failures: string[] = [];
    for (const [model, campaignArn] of Object.entries(campaignArns)) {
      try {
        const found = await readHealth(campaignArn);
        emitMetrics({ Stack: settings.STACK, Model: model }, found);
        health.set(model, found);
      } catch (error) {
        // Reports the others first, and throws the failure below.
        failures.push(`${model}: ${describeError(error).reason}`);
      }
    }
    try {
      emitMetrics({ Stack: settings.STACK }, { SilentHours: await readSilentHours() });
    } catch (error) {
      failures.push(`stream: ${describeError(error).reason}`);
    }
    try {
      if (settings.ASLEEP) emitMetrics({ Stack: settings.STACK }, { AsleepHours: await readAsleepHours() });
    } catch (error) {
      failures.push(`sleep: ${describeError(error).reason}`);
    }
    const reported = Object.fromEntries(health);
    log("info", "model health reported", { models: reported });
    if (failures.length > 0) throw new Error(`report-model-health: ${failures.join("; ")}`);
    return reported;
  });
}
