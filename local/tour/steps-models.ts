import type { TrainingReport } from "../account/services/personalize/background/training-report";
import { knownVisitor, partsOf, scores } from "./data";
import { invoke, inWords, listInWords, recommend } from "./functions";
import { holds, type Journey, type Step } from "./journey";

export const deployed: Step = {
  title: "The Pulumi program is deployed",
  async run({ deployment, say }) {
    const kinds = new Set(deployment.resources.map(({ type }) => type));
    const seconds = (deployment.milliseconds / 1000).toFixed(1);
    holds(deployment.resources.length > 0, "the program made no resources");
    say(`${deployment.resources.length} resources of ${kinds.size} kinds stand, after ${seconds} s.`);
  },
};

export const imported: Step = {
  title: "The data are imported",
  async run(journey) {
    const { aws, outputs, say } = journey;
    const { datasets } = await aws.call("personalize", "ListDatasets", { datasetGroupArn: outputs.datasetGroupArn });
    for (const { datasetArn, datasetType } of datasets ?? []) {
      const { datasetImportJobs } = await aws.call("personalize", "ListDatasetImportJobs", { datasetArn });
      const job = datasetImportJobs?.[0];
      holds(job?.status === "ACTIVE", `the import of ${datasetType} is ${job?.status}: ${job?.failureReason}`);
      say(`${datasetType}: ${job.jobName} is ACTIVE.`);
    }
    const { report } = await metricsOf(journey, outputs.campaignArns.recommendation ?? "");
    holds((report.rows ?? 0) > 0, "the model was trained on nothing");
    say(`${report.rows} interactions imported; ${report.interactions} are left without duplicates,`);
    say(`of ${report.users} visitors and ${report.items} groups of pets.`);
  },
};

const accountOf = (arn: string) => arn.split(":")[4] ?? "";

export const metrics: Step = {
  title: "The models are trained and measured",
  async run(journey) {
    const { outputs, say } = journey;
    for (const [model, campaignArn] of Object.entries(outputs.campaignArns)) {
      const { solutionVersionArn, metrics, report } = await metricsOf(journey, campaignArn);
      say(`${model} (${solutionVersionArn.split("/").slice(-2).join("/")}):`);
      for (const [name, value] of Object.entries(metrics)) say(figure(name, value));
      holds(Object.keys(metrics).length === 8, `${model} reports ${Object.keys(metrics).length} metrics, not eight`);
      say(figure("popularity's NDCG@10 on the same visitors", report.popularityNdcg10 ?? Number.NaN));
      for (const line of secondStage(report)) say(line);
    }
    say(
      "Measured on visitors kept out of the training. They rank models on these data; they do not forecast the service's.",
    );
  },
};

const figure = (name: string, value: number) => `  ${name.padEnd(44)} ${value.toFixed(4)}`;

/** What the conditional logit learned, and from what; nothing for a recipe without one. */
function secondStage({ lambda, events, gainOverUniform, ...others }: TrainingReport): string[] {
  if (events === undefined || gainOverUniform === undefined) return [];
  const features = Object.keys(others).filter((name) => name.startsWith("weight/")).length;
  return [
    `  stage 1: item ridge with λ = ${lambda}; stage 2: ${features} features weighed on ${events} choices of visitors`,
    `  whom stage 1 had not seen, which became e^${gainOverUniform.toFixed(2)} = ${Math.exp(gainOverUniform).toFixed(1)} times likelier than by chance.`,
  ];
}

/** What the service tells of the version that a campaign serves, and the account beside it. */
async function metricsOf({ account, aws, outputs }: Journey, campaignArn: string) {
  const { campaign } = await aws.call("personalize", "DescribeCampaign", { campaignArn });
  const solutionVersionArn = campaign?.solutionVersionArn ?? "";
  const { metrics = {} } = await aws.call("personalize", "GetSolutionMetrics", { solutionVersionArn });
  const place = { account: accountOf(outputs.datasetGroupArn), region: aws.region };
  const report = account.personalize.trainingReport(place, solutionVersionArn);
  holds(report !== undefined, `${solutionVersionArn} has no training report`);
  return { solutionVersionArn, metrics, report };
}

export const recommendations: Step = {
  title: "Pets are recommended",
  async run(journey) {
    const visitor = await knownVisitor(journey);
    const known = await recommend(journey, { userId: visitor, limit: 10 });
    const unknown = await recommend(journey, { userId: "nobody-we-know", limit: 10 });
    const anonymous = await recommend(journey, { sessionId: journey.session, limit: 10 });
    const lists = [
      [`visitor ${visitor}, whom the data know`, known],
      ["a visitor nobody knows yet", unknown],
      [`session ${journey.session}, not signed in`, anonymous],
    ] as const;
    for (const [who, list] of lists) {
      journey.say(`Ten pets for ${who}:`);
      for (const line of listInWords(list)) journey.say(line);
      holds(list.length === 10, `${who} got ${list.length} pets instead of ten`);
    }
    holds(known.join() !== unknown.join(), "a known visitor got the same list as an unknown one");
  },
};

/** Five pets for a visitor, two of them of one group: the least likely of 500 groups first. */
async function petsFor(journey: Journey, visitor: string): Promise<{ itemId: string; group: string }[]> {
  const groups = [...(await scores(journey, visitor)).keys()];
  return [1, 0.05, 0.5, 0, 0.05].map((place, i) => ({
    itemId: `pet-${i + 1}`,
    group: groups[Math.floor(place * (groups.length - 1))] ?? "",
  }));
}

export const reranking: Step = {
  title: "A list of pets is re-ranked",
  async run(journey) {
    if (journey.outputs.campaignArns.reranking === undefined) return journey.say("Re-ranking is switched off.");
    const userId = await knownVisitor(journey);
    const pets = await petsFor(journey, userId);
    const itemMetadataList = pets.map(({ itemId, group }) => ({ itemId, animalMetadata: partsOf(group) }));
    const { body } = await invoke(journey, journey.outputs.rerankFunctionName, { userId, itemMetadataList });
    const { ranking } = body as { ranking: string[] };
    journey.say(`Asked for visitor ${userId}: ${pets.map(({ itemId }) => itemId).join(", ")}`);
    for (const [i, id] of ranking.entries()) {
      const pet = pets.find(({ itemId }) => itemId === id);
      journey.say(`${String(i + 1).padStart(4)}. ${id}: ${inWords(pet?.group ?? "")}`);
    }
    holds([...ranking].sort().join() === pets.map(({ itemId }) => itemId).join(), "a pet was lost in the re-ranking");
  },
};
