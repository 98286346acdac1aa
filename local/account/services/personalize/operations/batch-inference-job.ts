import { notImplemented } from "../../../aws/fault";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { runBatchInference } from "../background/batch-inference";
import { refuseWrongExploration } from "../background/campaign-update";
import { arnOf, type Context, type Input } from "../context";
import { invalidInput, limitExceeded } from "../faults";
import { recipeArn } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { refuseUnusableRole } from "../s3/data-role";
import { parseLocation } from "../s3/source";
import type { Begin, States } from "../state/lifecycle";
import { notBegun, progress, requireActive } from "../state/registry";
import type { BatchJob } from "../state/state";
import { addTagged } from "./tags";

/** This job has its own status names (API reference, BatchInferenceJob). */
const states: States = { pending: "PENDING", running: "IN PROGRESS", done: "ACTIVE", failed: "CREATE FAILED" };
const defaultResults = 25;
const maxResults = 500;
/** Pending or in progress in a Region (guide, "Quotas"). */
const maxRunning = 5;

export function batchInferenceJobHandlers(context: Context) {
  const { store } = context;
  const create = context.lifecycle.step<{ call: Call; job: BatchJob }>({
    takes: "batch inference",
    states,
    work: ({ call, job }) => runBatchInference(context, call, store.of(call), job),
  });
  const summary = (job: BatchJob) => ({
    jobName: job.name,
    batchInferenceJobArn: job.arn,
    solutionVersionArn: job.versionArn,
    batchInferenceJobMode: "BATCH_INFERENCE" as const,
    ...progress(job),
  });

  return {
    CreateBatchInferenceJob: (input, call) => createBatchInferenceJob(context, create, input, call),

    DescribeBatchInferenceJob({ batchInferenceJobArn }, call) {
      const job = store.of(call).batchJobs.find(batchInferenceJobArn);
      return {
        batchInferenceJob: {
          ...summary(job),
          filterArn: job.filterArn,
          numResults: job.numResults,
          roleArn: job.roleArn,
          jobInput: { s3DataSource: job.input },
          jobOutput: { s3DataDestination: job.output },
          batchInferenceJobConfig: job.config,
        },
      };
    },

    ListBatchInferenceJobs(input, call) {
      const { batchJobs, versions } = store.of(call);
      const version = versions.narrowing(input.solutionVersionArn);
      const { items, nextToken } = batchJobs.page(input, version, ({ versionArn }) => versionArn);
      return { batchInferenceJobs: items.map(summary), nextToken };
    },
  } satisfies Handlers<Clients["personalize"]>;
}

function createBatchInferenceJob(
  { host, store }: Context,
  create: Begin<{ call: Call; job: BatchJob }>,
  input: Input<"CreateBatchInferenceJob">,
  call: Call,
) {
  const { jobName = "", numResults = defaultResults, roleArn = "", batchInferenceJobConfig: config = {} } = input;
  if (input.batchInferenceJobMode === "THEME_GENERATION" || input.themeGenerationConfig) {
    throw notImplemented("personalize:CreateBatchInferenceJob with THEME_GENERATION");
  }
  if (Object.values(config.rankingInfluence ?? {}).some((weight) => weight !== 0)) {
    throw notImplemented("personalize: batchInferenceJobConfig.rankingInfluence");
  }
  const source = input.jobInput?.s3DataSource;
  const output = input.jobOutput?.s3DataDestination;
  if (source?.path === undefined) throw invalidInput("jobInput.s3DataSource.path is missing.");
  if (output?.path === undefined) throw invalidInput("jobOutput.s3DataDestination.path is missing.");
  for (const path of [source.path, output.path]) parseLocation(path);
  if (numResults < 1 || numResults > maxResults) {
    throw invalidInput(`numResults is ${numResults}; it must be a whole number from 1 to ${maxResults}.`);
  }
  const state = store.of(call);
  const version = requireActive(state.versions.find(input.solutionVersionArn), "SolutionVersion");
  const solution = state.solutions.find(version.solutionArn);
  const recipe = findRecipe(recipeArn(solution.recipe));
  if (recipe.name === "aws-trending-now") {
    throw invalidInput("The recipe aws-trending-now has no batch recommendations.");
  }
  refuseWrongExploration(recipe, config.itemExplorationConfig, "batchInferenceJobConfig");
  const filter =
    input.filterArn === undefined ? undefined : requireActive(state.filters.find(input.filterArn), "Filter");
  if (filter && filter.groupArn !== solution.groupArn) {
    throw invalidInput(`Filter ${filter.arn} belongs to another dataset group than the solution version.`);
  }
  const arn = arnOf(call, `batch-inference-job/${jobName}`);
  state.batchJobs.refuseTaken(arn);
  if (
    state.batchJobs.where(({ status }) => status === states.pending || status === states.running).length >= maxRunning
  ) {
    throw limitExceeded(`More than ${maxRunning} batch inference jobs with PENDING or IN PROGRESS status.`);
  }
  refuseUnusableRole(host, call, roleArn, arn);
  const job = addTagged(state, input.tags, state.batchJobs, {
    arn,
    name: jobName,
    groupArn: solution.groupArn,
    versionArn: version.arn,
    filterArn: filter?.arn,
    numResults,
    roleArn,
    input: source,
    output,
    config,
    ...notBegun(host),
  });
  create(job, `batch inference job ${jobName}`, { call, job });
  return { batchInferenceJobArn: arn };
}
