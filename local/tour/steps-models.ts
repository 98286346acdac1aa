import type { TrainingReport } from "../account/services/personalize/background/training-report";
import { findKnownVisitor, partsOf, readScores } from "./data";
import { describeGroup, describeList, invoke, recommend } from "./functions";
import { failUnless, type Journey, type Step } from "./journey";

export const deployed: Step = {
  title: "The Pulumi program is deployed",
  async run({ deployment, print }) {
    const types = new Set(deployment.resources.map(({ type }) => type));
    const seconds = (deployment.milliseconds / 1000).toFixed(1);
    failUnless(deployment.resources.length > 0, "the program created no resources");
    print(`${deployment.resources.length} resources of ${types.size} types were deployed in ${seconds} s.`);
  },
};

export const imported: Step = {
  title: "The data are imported",
  async run(journey) {
    const { aws, outputs, print } = journey;
    const { datasets } = await aws.call("personalize", "ListDatasets", { datasetGroupArn: outputs.datasetGroupArn });
    for (const { datasetArn, datasetType } of datasets ?? []) {
      const { datasetImportJobs } = await aws.call("personalize", "ListDatasetImportJobs", { datasetArn });
      const job = datasetImportJobs?.[0];
      failUnless(job?.status === "ACTIVE", `the import of ${datasetType} is ${job?.status}: ${job?.failureReason}`);
      print(`${datasetType}: ${job.jobName} is ACTIVE.`);
    }
    const { report } = await readMetrics(journey, outputs.campaignArns.recommendation ?? "");
    failUnless((report.rows ?? 0) > 0, "the model was trained without interactions");
    print(`${report.rows} interactions imported; ${report.interactions} are left without duplicates,`);
    print(`of ${report.users} visitors and ${report.items} groups of pets.`);
  },
};

const accountOf = (arn: string) => arn.split(":")[4] ?? "";

export const metrics: Step = {
  title: "The models are trained and evaluated",
  async run(journey) {
    const { outputs, print } = journey;
    for (const [model, campaignArn] of Object.entries(outputs.campaignArns)) {
      const { solutionVersionArn, metrics, report } = await readMetrics(journey, campaignArn);
      print(`${model} (${solutionVersionArn.split("/").slice(-2).join("/")}):`);
      for (const [name, value] of Object.entries(metrics)) print(formatFigure(name, value));
      failUnless(
        Object.keys(metrics).length === 8,
        `${model} reports ${Object.keys(metrics).length} metrics, not eight`,
      );
      print(formatFigure("popularity's NDCG@10 on the same visitors", report.popularityNdcg10 ?? Number.NaN));
      for (const line of describeSecondStage(report)) print(line);
    }
    print(
      "Measured on visitors that were left out of the training. The metrics compare models on these data; they do not predict those of Amazon Personalize.",
    );
  },
};

const formatFigure = (name: string, value: number) => `  ${name.padEnd(44)} ${value.toFixed(4)}`;

/** Describes the conditional logit and its training data; empty for a recipe without one. */
function describeSecondStage({ lambda, events, gainOverUniform, ...others }: TrainingReport): string[] {
  if (events === undefined || gainOverUniform === undefined) return [];
  const features = Object.keys(others).filter((name) => name.startsWith("weight/")).length;
  return [
    `  stage 1: item ridge with λ = ${lambda}; stage 2: ${features} features weighed on ${events} choices of visitors`,
    `  that stage 1 was not trained on; they became e^${gainOverUniform.toFixed(2)} = ${Math.exp(gainOverUniform).toFixed(1)} times as likely as by chance.`,
  ];
}

/** The metrics of the version that a campaign serves, and the local account's training report. */
async function readMetrics({ account, aws, outputs }: Journey, campaignArn: string) {
  const { campaign } = await aws.call("personalize", "DescribeCampaign", { campaignArn });
  const solutionVersionArn = campaign?.solutionVersionArn ?? "";
  const { metrics = {} } = await aws.call("personalize", "GetSolutionMetrics", { solutionVersionArn });
  const place = { account: accountOf(outputs.datasetGroupArn), region: aws.region };
  const report = account.personalize.trainingReport(place, solutionVersionArn);
  failUnless(report !== undefined, `${solutionVersionArn} has no training report`);
  return { solutionVersionArn, metrics, report };
}

export const recommendations: Step = {
  title: "Pets are recommended",
  async run(journey) {
    const visitor = await findKnownVisitor(journey);
    const known = await recommend(journey, { userId: visitor, limit: 10 });
    const unknown = await recommend(journey, { userId: "unknown-visitor", limit: 10 });
    const anonymous = await recommend(journey, { sessionId: journey.session, limit: 10 });
    const lists = [
      [`visitor ${visitor}, who is in the data`, known],
      ["an unknown visitor", unknown],
      [`session ${journey.session}, without a user id`, anonymous],
    ] as const;
    for (const [who, list] of lists) {
      journey.print(`Ten pets for ${who}:`);
      for (const line of describeList(list)) journey.print(line);
      failUnless(list.length === 10, `${who} got ${list.length} pets instead of ten`);
    }
    failUnless(known.join() !== unknown.join(), "a known visitor got the same list as an unknown one");
  },
};

/** Five pets, two of them of the same group. The first is of the group with the lowest score. */
async function choosePets(journey: Journey, visitor: string): Promise<{ itemId: string; group: string }[]> {
  const groups = [...(await readScores(journey, visitor)).keys()];
  return [1, 0.05, 0.5, 0, 0.05].map((place, i) => ({
    itemId: `pet-${i + 1}`,
    group: groups[Math.floor(place * (groups.length - 1))] ?? "",
  }));
}

export const reranking: Step = {
  title: "A list of pets is re-ranked",
  async run(journey) {
    if (journey.outputs.campaignArns.reranking === undefined) return journey.print("Re-ranking is switched off.");
    const userId = await findKnownVisitor(journey);
    const pets = await choosePets(journey, userId);
    const itemMetadataList = pets.map(({ itemId, group }) => ({ itemId, animalMetadata: partsOf(group) }));
    const { body } = await invoke(journey, journey.outputs.rerankFunctionName, { userId, itemMetadataList });
    const { ranking } = body as { ranking: string[] };
    journey.print(`The request for visitor ${userId} lists ${pets.map(({ itemId }) => itemId).join(", ")}`);
    for (const [i, id] of ranking.entries()) {
      const pet = pets.find(({ itemId }) => itemId === id);
      journey.print(`${String(i + 1).padStart(4)}. ${id}: ${describeGroup(pet?.group ?? "")}`);
    }
    failUnless(
      [...ranking].sort().join() === pets.map(({ itemId }) => itemId).join(),
      "a pet was lost in the re-ranking",
    );
  },
};
