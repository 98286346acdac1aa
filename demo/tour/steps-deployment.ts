import { failUnless, type Step } from "../../cli/journey/journey";
import { readCampaign, readVersionMetrics } from "../../cli/stack/campaign";
import { type DeployedModel, findModel } from "../../cli/stack/stack";
import { bold } from "../../cli/terminal/paint";
import type { TourJourney } from "./tour-journey";

export const deployed: Step<TourJourney> = {
  title: "The Pulumi program is deployed",
  async run({ deployment, print }) {
    const types = new Set(deployment.resources.map(({ type }) => type));
    const seconds = (deployment.milliseconds / 1000).toFixed(1);
    failUnless(deployment.resources.length > 0, "the program created no resources");
    print(`${deployment.resources.length} resources of ${types.size} types were deployed in ${seconds} s.`);
  },
};

export const imported: Step<TourJourney> = {
  title: "The data are imported",
  async run(journey) {
    const { stack, print } = journey;
    const { datasets } = await stack.call("personalize", "ListDatasets", { datasetGroupArn: stack.datasetGroupArn });
    for (const { datasetArn, datasetType } of datasets ?? []) {
      const { datasetImportJobs } = await stack.call("personalize", "ListDatasetImportJobs", { datasetArn });
      const job = datasetImportJobs?.[0];
      failUnless(job?.status === "ACTIVE", `the import of ${datasetType} is ${job?.status}: ${job?.failureReason}`);
    }
    const { report } = await readMetrics(journey, findModel(stack, "recommendation"));
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

export const metrics: Step<TourJourney> = {
  title: "The models are trained and evaluated",
  async run(journey) {
    const { stack, print } = journey;
    for (const model of stack.models) {
      const { metrics, report } = await readMetrics(journey, model);
      const missing = Object.values(shownMetrics).filter((key) => metrics[key] === undefined);
      failUnless(missing.length === 0, `${model.name} has no metric ${missing.join(", ")}`);
      const figures = Object.entries(shownMetrics).map(([name, key]) => `${name} ${metrics[key]?.toFixed(4)}`);
      print(`${bold(model.name.padEnd(14))} ${figures.join(", ")}`);
      print(`  most popular items on the same visitors: NDCG at 10 ${report.popularityNdcg10?.toFixed(4)}`);
    }
    print("Measured on visitors that were left out of the training. The figures compare");
    print("models on these data and do not predict those of Amazon Personalize.");
  },
};

/** The metrics of the version that a campaign serves, and the local account's training report. */
async function readMetrics({ account, stack }: TourJourney, model: DeployedModel) {
  const { solutionVersionArn } = await readCampaign(stack, model);
  const metrics = await readVersionMetrics(stack, solutionVersionArn);
  const report = account.personalize.trainingReport(stack, solutionVersionArn);
  failUnless(report !== undefined, `${solutionVersionArn} has no training report`);
  return { metrics, report };
}
