import { environment } from "./environment";
import { lazily } from "./lazily";
import { emitMetrics, log } from "./telemetry";

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

  return async (): Promise<Record<string, number>> => {
    const { sdk, client } = await personalize();
    const ages: Record<string, number> = {};
    for (const [model, campaignArn] of Object.entries(campaignArns)) {
      const { campaign } = await client.send(new sdk.DescribeCampaignCommand({ campaignArn }));
      const { solutionVersion } = await client.send(
        new sdk.DescribeSolutionVersionCommand({ solutionVersionArn: campaign?.solutionVersionArn }),
      );
      const trainedAt = solutionVersion?.creationDateTime;
      if (!trainedAt) throw new Error(`report-model-age: the version of model ${model} has no creation time.`);
      const days = (Date.now() - trainedAt.getTime()) / 86_400_000;
      ages[model] = days;
      emitMetrics({ Stack: settings.STACK, Model: model }, { ModelAgeDays: days });
    }
    log("info", "model ages reported", { ages });
    return ages;
  };
}
