import {
  DescribeCampaignCommand,
  DescribeSolutionVersionCommand,
  GetSolutionMetricsCommand,
  PersonalizeClient,
  paginateListSolutionVersions,
} from "@aws-sdk/client-personalize";
import type { DeployedModel, DeployedStack } from "./find-stack";
import { largestOf, readMetrics } from "./metrics";

export interface ModelStatus {
  readonly name: string;
  /** The version that the campaign serves. */
  readonly solutionVersionArn: string;
  readonly campaignStatus: string;
  readonly trainedAt: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** ARNs of versions that are trained at the moment. */
  readonly training: readonly string[];
  readonly minProvisionedTPS: number;
  /** The largest rate of requests per second over five minutes, in the last 24 hours. */
  readonly largestTPS: number;
}

/** Reads what a model's campaign serves, what is being trained for it, and how much of its throughput is used. */
export async function readModelStatus(stack: DeployedStack, model: DeployedModel): Promise<ModelStatus> {
  const personalize = new PersonalizeClient(stack.client);
  const { campaignArn, name } = model;
  const { campaign } = await personalize.send(new DescribeCampaignCommand({ campaignArn }));
  const solutionVersionArn = campaign?.solutionVersionArn ?? model.solutionVersionArn;
  const [{ solutionVersion }, { metrics = {} }, training, largestTPS] = await Promise.all([
    personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn })),
    personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn })),
    listTrainings(personalize, solutionVersionArn.split("/").slice(0, 2).join("/")),
    readLargestRate(stack, model),
  ]);
  return {
    name,
    solutionVersionArn,
    campaignStatus: campaign?.latestCampaignUpdate?.status ?? campaign?.status ?? "",
    trainedAt: solutionVersion?.creationDateTime?.toISOString() ?? "",
    metrics,
    training,
    minProvisionedTPS: campaign?.minProvisionedTPS ?? 0,
    largestTPS,
  };
}

async function listTrainings(client: PersonalizeClient, solutionArn: string): Promise<string[]> {
  const running: string[] = [];
  for await (const { solutionVersions = [] } of paginateListSolutionVersions({ client }, { solutionArn })) {
    for (const { status = "", solutionVersionArn = "" } of solutionVersions)
      if (/PENDING|IN_PROGRESS/.test(status)) running.push(solutionVersionArn);
  }
  return running;
}

/** The sum of the metric is the number of successful requests (Personalize Developer Guide, "Monitoring with CloudWatch"). */
async function readLargestRate(stack: DeployedStack, { name, campaignArn }: DeployedModel): Promise<number> {
  const request = name === "reranking" ? "GetPersonalizedRanking" : "GetRecommendations";
  const { requests } = await readMetrics(
    stack,
    {
      requests: {
        namespace: "AWS/Personalize",
        name: request,
        dimensions: { CampaignArn: campaignArn },
        statistic: "Sum",
      },
    },
    24,
  );
  return (largestOf(requests) ?? 0) / 300;
}
