import type { TrainingReport } from "../account/services/personalize/background/training-report";
import { findKnownVisitor, placeOf, readScores } from "./data";
import { invoke, recommend } from "./functions";
import { describeItem, describeList, nameItem, nounFor } from "./items";
import { failUnless, type Journey, type Step } from "./journey";
import { bold, cut } from "./paint";

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
    }
    const { report } = await readMetrics(journey, outputs.campaignArns.recommendation ?? "");
    failUnless((report.rows ?? 0) > 0, "the model was trained without interactions");
    print(`${report.rows} interactions imported; ${report.interactions} are left without duplicates,`);
    print(`of ${report.users} visitors and ${report.items} items.`);
  },
};

const shownMetrics = {
  "NDCG at 10": "normalized_discounted_cumulative_gain_at_10",
  "precision at 10": "precision_at_10",
  coverage: "coverage",
};

export const metrics: Step = {
  title: "The models are trained and evaluated",
  async run(journey) {
    const { outputs, print } = journey;
    for (const [model, campaignArn] of Object.entries(outputs.campaignArns)) {
      const { metrics, report } = await readMetrics(journey, campaignArn);
      const count = Object.keys(metrics).length;
      failUnless(count === 8, `${model} reports ${count} metrics, not eight`);
      const figures = Object.entries(shownMetrics).map(([name, key]) => `${name} ${metrics[key]?.toFixed(4)}`);
      print(`${bold(model.padEnd(14))} ${figures.join(", ")}`);
      print(`  most popular items on the same visitors: NDCG at 10 ${report.popularityNdcg10?.toFixed(4)}`);
      for (const line of describeSecondStage(report)) print(`  ${line}`);
    }
    print("Measured on visitors that were left out of the training. The figures compare");
    print("models on these data and do not predict those of Amazon Personalize.");
  },
};

/** Describes the conditional logit and its training data; empty for a recipe without one. */
function describeSecondStage({ events, gainOverUniform, ...others }: TrainingReport): string[] {
  if (events === undefined || gainOverUniform === undefined) return [];
  const features = Object.keys(others).filter((name) => name.startsWith("weight/")).length;
  const factor = Math.exp(gainOverUniform).toFixed(1);
  return [`stage 2: ${features} features, weighed on ${events} choices, ${factor} times chance`];
}

/** The metrics of the version that a campaign serves, and the local account's training report. */
async function readMetrics(journey: Journey, campaignArn: string) {
  const { account, aws } = journey;
  const { campaign } = await aws.call("personalize", "DescribeCampaign", { campaignArn });
  const solutionVersionArn = campaign?.solutionVersionArn ?? "";
  const { metrics = {} } = await aws.call("personalize", "GetSolutionMetrics", { solutionVersionArn });
  const report = account.personalize.trainingReport(placeOf(journey), solutionVersionArn);
  failUnless(report !== undefined, `${solutionVersionArn} has no training report`);
  return { metrics, report };
}

/** How many of ten recommendations are shown. */
const shown = 3;

export const recommendations: Step = {
  title: "Recommendations for a known visitor, an unknown visitor and a session",
  async run(journey) {
    const { print } = journey;
    const visitor = findKnownVisitor(journey);
    const known = await recommend(journey, { userId: visitor, limit: 10 });
    const unknown = await recommend(journey, { userId: "unknown-visitor", limit: 10 });
    const anonymous = await recommend(journey, { sessionId: journey.session, limit: 10 });
    const lists = [
      [`Visitor ${visitor}, who is in the data`, known],
      ["An unknown visitor", unknown],
      [`Session ${journey.session}, without a user id`, anonymous],
    ] as const;
    for (const [who, list] of lists) {
      print(`${bold(who)}, ${Math.min(shown, list.length)} of ${list.length}:`);
      for (const line of describeList(journey, list, shown)) print(line);
      failUnless(list.length === 10, `${who} got ${list.length} items instead of ten`);
    }
    failUnless(known.join() !== unknown.join(), "a known visitor got the same list as an unknown one");
  },
};

interface Candidate {
  /** The caller's id. */
  readonly id: string;
  /** The model's item. */
  readonly itemId: string;
}

/** Five candidates, from the item with the lowest score to that with the highest. Two pets may be of the same group. */
async function chooseCandidates(journey: Journey, visitor: string): Promise<Candidate[]> {
  const items = [...(await readScores(journey, visitor)).keys()];
  const pets = nounFor(journey, items[0] ?? "") === "pets";
  const places = pets ? [1, 0.05, 0.5, 0, 0.05] : [1, 0.05, 0.5, 0, 0.75];
  const chosen = places.map((place) => items[Math.floor(place * (items.length - 1))] ?? "");
  return (pets ? chosen : [...new Set(chosen)]).map((itemId, i) => ({ id: pets ? `pet-${i + 1}` : itemId, itemId }));
}

export const reranking: Step = {
  title: "A list is re-ranked",
  async run(journey) {
    if (journey.outputs.campaignArns.reranking === undefined) return journey.print("Re-ranking is switched off.");
    const userId = findKnownVisitor(journey);
    const candidates = await chooseCandidates(journey, userId);
    const itemMetadataList = candidates.map(({ id, itemId }) => ({ ...nameItem(journey, itemId), itemId: id }));
    const { body } = await invoke(journey, journey.outputs.rerankFunctionName, { userId, itemMetadataList });
    const { ranking } = body as { ranking: string[] };
    journey.print(`Visitor ${userId}, request: ${candidates.map(({ id }) => id).join(", ")}`);
    for (const [i, id] of ranking.entries()) {
      const { itemId = "" } = candidates.find((each) => each.id === id) ?? {};
      const text = describeItem(journey, itemId);
      journey.print(`${String(i + 1).padStart(2)}. ${text.startsWith(id) ? "" : `${cut(id, 10)}: `}${text}`);
    }
    const sorted = (ids: readonly string[]) => [...ids].sort().join();
    failUnless(sorted(ranking) === sorted(candidates.map(({ id }) => id)), "an item was lost in the re-ranking");
  },
};
