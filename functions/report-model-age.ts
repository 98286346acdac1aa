import { environment } from "./environment";
import { lazily } from "./lazily";
import { describeError, emitMetrics, log } from "./telemetry";

/**
 * Publishes how old each serving model is, in days since its training began: the service has no such metric. Runs
 * hourly, so that an alarm can also tell that nobody measures any more.
 */
export function reportModelAgeFactory() {
  const settings = environment("report-model-age", ["CAMPAIGN_ARNS", "STACK"]);
  const campaignArns = JSON.parse(settings.CAMPAIGN_ARNS) as Record<string, string>;
  const personalize = lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient({}) };
  });

  const ageInDays = async (campaignArn: string): Promise<number> => {
    const { sdk, client } = await personalize();
    const { campaign } = await client.send(new sdk.DescribeCampaignCommand({ campaignArn }));
    const { solutionVersion } = await client.send(
      new sdk.DescribeSolutionVersionCommand({ solutionVersionArn: campaign?.solutionVersionArn }),
    );
    const trainedAt = solutionVersion?.creationDateTime;
    if (!trainedAt) throw new Error(`the version of ${campaignArn} has no creation time`);
    return (Date.now() - trainedAt.getTime()) / 86_400_000;
  };

  return async (): Promise<Record<string, number>> => {
    const ages: Record<string, number> = {};
    const failures: string[] = [];
    for (const [model, campaignArn] of Object.entries(campaignArns)) {
      try {
        ages[model] = await ageInDays(campaignArn);
        emitMetrics({ Stack: settings.STACK, Model: model }, { ModelAgeDays: ages[model] });
      } catch (error) {
        // The other model's age is reported all the same; the failure is thrown below.
        failures.push(`${model}: ${describeError(error).reason}`);
      }
    }
    log("info", "model ages reported", { ages });
    if (failures.length > 0) throw new Error(`report-model-age: ${failures.join("; ")}`);
    return ages;
  };
}
