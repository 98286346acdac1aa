import { createEventRequestCounter } from "./retraining/event-requests";
import { readEnvironment } from "./support/environment";
import { lazily } from "./support/lazily";
import { describeError, emitMetrics, log } from "./support/telemetry";

/**
 * Publishes the age of each serving model, in days since its training began, because the service has no such metric. The
 * second metric is the same age where new events wait for a training, else 0: an old model without new data is as good as a
 * new one. Runs hourly, so that the alarm also notices when the reports stop.
 */
export function reportModelAgeFactory() {
  const settings = readEnvironment("report-model-age", [
    "CAMPAIGN_ARNS",
    "DATASET_GROUP_ARN",
    "EVENT_TRACKER_ARN",
    "INTERACTIONS_DATASET_ARN",
    "LEAST_EVENT_REQUESTS",
    "STACK",
  ]);
  const campaignArns = JSON.parse(settings.CAMPAIGN_ARNS) as Record<string, string>;
  const countEventRequests = createEventRequestCounter(settings);
  const personalize = lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient({}) };
  });

  const fetchTrainingTime = async (campaignArn: string): Promise<Date> => {
    const { sdk, client } = await personalize();
    const { campaign } = await client.send(new sdk.DescribeCampaignCommand({ campaignArn }));
    const { solutionVersion } = await client.send(
      new sdk.DescribeSolutionVersionCommand({ solutionVersionArn: campaign?.solutionVersionArn }),
    );
    if (!solutionVersion?.creationDateTime) throw new Error(`the version of ${campaignArn} has no creation time`);
    return solutionVersion.creationDateTime;
  };

  const reportAge = async (model: string, campaignArn: string): Promise<number> => {
    const trained = await fetchTrainingTime(campaignArn);
    const age = (Date.now() - trained.getTime()) / 86_400_000;
    const hasNewData = (await countEventRequests(trained)) >= Math.max(1, Number(settings.LEAST_EVENT_REQUESTS));
    const metrics = { ModelAgeDays: age, StaleModelDays: hasNewData ? age : 0 };
    emitMetrics({ Stack: settings.STACK, Model: model }, metrics);
    return age;
  };

  return async (): Promise<Record<string, number>> => {
    const ages: Record<string, number> = {};
    const failures: string[] = [];
    for (const [model, campaignArn] of Object.entries(campaignArns)) {
      try {
        ages[model] = await reportAge(model, campaignArn);
      } catch (error) {
        // Reports the other model's age first, and throws the failure below.
        failures.push(`${model}: ${describeError(error).reason}`);
      }
    }
    log("info", "model ages reported", { ages });
    if (failures.length > 0) throw new Error(`report-model-age: ${failures.join("; ")}`);
    return ages;
  };
}
