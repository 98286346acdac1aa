import { ignoreNotFound } from "../../cli/stack/aws";
import {
  describeWeights,
  listVersions,
  readCampaign,
  readVersionMetrics,
  readVersionWeights,
} from "../../cli/stack/campaign";
import { type Decision as Evaluated, readDecision, readDecisions } from "../../cli/stack/decisions";
import { readGates } from "../../cli/stack/gate";
import { listRuns, readRun } from "../../cli/stack/retraining-runs";
import type { DeployedModel, StackReader } from "../../cli/stack/stack";
import type { AccountAccess } from "../../local/console/server/account-access";
import { listStates } from "./execution-states";
import type { Decision, Execution, Model, Models, ModelVersion } from "./messages";

const shownExecutions = 10;
const shownDecisions = 40;

export async function readModels(stack: StackReader, personalize: AccountAccess["personalize"]): Promise<Models> {
  const { retrainingArn: stateMachineArn } = stack;
  const gates = await readGates(stack);
  const runs = await listRuns(stack, shownExecutions);
  return {
    models: await Promise.all(
      stack.models.map((model) => describeModel(stack, model, personalize, gates.get(model.campaignArn))),
    ),
    asleepSince: stack.asleepSince?.toISOString(),
    stateMachineArn,
    executions: await Promise.all(runs.map(({ arn }) => describeExecution(stack, arn))),
  };
}

async function describeModel(
  stack: StackReader,
  model: DeployedModel,
  personalize: AccountAccess["personalize"],
  gate: Model["gate"],
): Promise<Model> {
  const { name, campaignArn } = model;
  const campaign = await ignoreNotFound(readCampaign(stack, model), "ResourceNotFoundException");
  const serving = campaign?.solutionVersionArn ?? (stack.asleepSince && model.recordedVersion);
  if (serving === undefined) {
    const decisions = await listDecisions(stack, name);
    const ofVersions = { solutionArn: "", versions: [], eventWeights: undefined, rollbackTo: undefined };
    return { name, campaignArn, campaignStatus: "deleted", gate, decisions, ...ofVersions };
  }
  const solutionArn = serving.split("/").slice(0, 2).join("/");
  const versions = (await listVersions(stack, solutionArn)).map(
    async ({ arn, status, createdAt }): Promise<ModelVersion> => ({
      arn,
      created: createdAt.toISOString(),
      status,
      serving: arn === campaign?.solutionVersionArn,
      metrics: status === "ACTIVE" ? await readVersionMetrics(stack, arn) : {},
      popularity: personalize.trainingReport(stack, arn)?.popularityNdcg10,
    }),
  );
  const weights = await readVersionWeights(stack, serving);
  return {
    name,
    campaignArn,
    solutionArn,
    campaignStatus: campaign?.status ?? "asleep",
    gate,
    eventWeights: weights && describeWeights(weights),
    versions: (await Promise.all(versions)).sort((a, b) => (a.created < b.created ? -1 : 1)),
    decisions: await listDecisions(stack, name),
    // A rollback without `to` goes to the version that the serving one replaced.
    rollbackTo: (await readDecision(stack, name, serving))?.incumbent ?? undefined,
  };
}

/** The newest decisions, each with the bound that the candidate had to reach. */
export async function listDecisions(stack: StackReader, model: string): Promise<Decision[]> {
  const decisions = await readDecisions(stack, model, shownDecisions);
  return decisions.map(({ outcome, reason, candidate, evaluation, decidedAt }) => ({
    outcome,
    reason,
    candidate: candidate ?? undefined,
    bound: boundOf(evaluation),
    decidedAt,
  }));
}

function boundOf(evaluation: Evaluated["evaluation"]): Decision["bound"] {
  if (!evaluation?.bestServed) return undefined;
  const { promotionMetric, allowedMetricDrop } = evaluation.gate;
  const { value, instead } = evaluation.bestServed;
  return { metric: instead?.metric ?? promotionMetric, value: value - allowedMetricDrop };
}

async function describeExecution(stack: StackReader, arn: string): Promise<Execution> {
  const [{ startedAt, ...run }, states] = await Promise.all([readRun(stack, arn), listStates(stack.call, arn)]);
  return { ...run, started: startedAt.toISOString(), ...states };
}
