import type { Decision, Execution, Model, Models, ModelVersion, Stack, StackModel } from "../../messages";
import { type Calls, readAllPages } from "../caller";
import type { Parts } from "../parts";

type Gate = NonNullable<Model["gate"]>;

const shownExecutions = 10;
const shownDecisions = 40;

/** The stack's retraining: the state machine whose definition has the stack's campaigns. */
export async function retrainingOf(stack: Stack, view: Calls) {
  const { stateMachines = [] } = await view("sfn", "ListStateMachines", {});
  for (const { stateMachineArn } of stateMachines) {
    const { definition = "" } = await view("sfn", "DescribeStateMachine", { stateMachineArn });
    if (stack.models.some(({ campaignArn }) => definition.includes(campaignArn))) {
      return { arn: stateMachineArn ?? "", definition: JSON.parse(definition) as unknown };
    }
  }
  return undefined;
}

/** The gate's bounds of a campaign, as they are in the state machine's definition. */
function gateOf(definition: unknown, campaignArn: string): Gate | undefined {
  if (typeof definition !== "object" || definition === null) return undefined;
  const { campaignArn: own, gate } = definition as Record<string, unknown>;
  if (own === campaignArn && isGate(gate)) return gate;
  for (const value of Object.values(definition)) {
    const found = gateOf(value, campaignArn);
    if (found) return found;
  }
  return undefined;
}

const isGate = (value: unknown): value is Gate => {
  const { promotionMetric, promotionThreshold } = (value ?? {}) as Partial<Gate>;
  return typeof promotionMetric === "string" && typeof promotionThreshold === "number";
};

export async function readModels(stack: Stack, view: Calls, personalize: Parts["personalize"]): Promise<Models> {
  const machine = await retrainingOf(stack, view);
  const described = await Promise.all(
    stack.models.map((model) => describeModel(stack, model, view, personalize, machine?.definition)),
  );
  return { models: described, stateMachineArn: machine?.arn, executions: await executionsOf(view, machine?.arn) };
}

async function describeModel(
  stack: Stack,
  { name, campaignArn }: StackModel,
  view: Calls,
  personalize: Parts["personalize"],
  definition: unknown,
): Promise<Model> {
  const { campaign } = await view("personalize", "DescribeCampaign", { campaignArn });
  const serving = campaign?.solutionVersionArn ?? "";
  const solutionArn = serving.split("/").slice(0, 2).join("/");
  const { solutionVersions = [] } = await view("personalize", "ListSolutionVersions", { solutionArn });
  const versions = solutionVersions.map(
    async ({ solutionVersionArn = "", status = "", creationDateTime }): Promise<ModelVersion> => {
      const { metrics = {} } =
        status === "ACTIVE" ? await view("personalize", "GetSolutionMetrics", { solutionVersionArn }) : {};
      return {
        arn: solutionVersionArn,
        created: creationDateTime?.toISOString() ?? "",
        status,
        serving: solutionVersionArn === serving,
        metrics,
        popularity: personalize.trainingReport(stack, solutionVersionArn)?.popularityNdcg10,
      };
    },
  );
  return {
    name,
    campaignArn,
    solutionArn,
    campaignStatus: campaign?.latestCampaignUpdate?.status ?? campaign?.status ?? "",
    gate: gateOf(definition, campaignArn),
    versions: (await Promise.all(versions)).sort((a, b) => (a.created < b.created ? -1 : 1)),
    decisions: await decisionsOf(view, stack.dataBucket, name),
  };
}

/** The retraining keeps one object for each decision (components/retraining/model-states.ts). */
async function decisionsOf(view: Calls, Bucket: string, model: string): Promise<Decision[]> {
  const { Contents = [] } = await view("s3", "ListObjectsV2", { Bucket, Prefix: `decisions/${model}/` });
  const newest = [...Contents].sort((a, b) => Number(b.LastModified) - Number(a.LastModified)).slice(0, shownDecisions);
  const decisions = newest.map(async ({ Key }) => {
    const { Body } = await view("s3", "GetObject", { Bucket, Key });
    const { outcome, reason, candidate, decidedAt } = JSON.parse(Body?.toString() ?? "{}") as Record<string, unknown>;
    return {
      outcome: String(outcome),
      reason: String(reason),
      candidate: typeof candidate === "string" ? candidate : undefined,
      decidedAt: String(decidedAt),
    };
  });
  return Promise.all(decisions);
}

async function executionsOf(view: Calls, stateMachineArn: string | undefined): Promise<Execution[]> {
  if (stateMachineArn === undefined) return [];
  const { executions = [] } = await view("sfn", "ListExecutions", { stateMachineArn, maxResults: shownExecutions });
  return Promise.all(
    executions.map(async ({ executionArn = "", status = "", startDate }) => ({
      arn: executionArn,
      status,
      started: startDate?.toISOString() ?? "",
      ...(await historyOf(view, executionArn)),
    })),
  );
}

/** The states that an execution entered, in order, and why it failed. */
async function historyOf(view: Calls, executionArn: string): Promise<Pick<Execution, "states" | "failure">> {
  const events = await readAllPages(async (nextToken) => {
    const page = await view("sfn", "GetExecutionHistory", { executionArn, nextToken, maxResults: 1_000 });
    return { items: page.events, next: page.nextToken };
  }, 3_000);
  const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  const failed = events.find(({ executionFailedEventDetails }) => executionFailedEventDetails !== undefined);
  const { error, cause } = failed?.executionFailedEventDetails ?? {};
  return {
    states: entered.filter((name, index) => name !== entered[index - 1]).slice(-60),
    failure: error === undefined ? undefined : `${error}: ${cause ?? ""}`,
  };
}
