import { z } from "zod";
import { prefixes } from "../../contract/layout";
import { Fault } from "../../local/account/aws/fault";
import { readAllPages } from "../../local/account/aws/read-all-pages";
import type { Decision, Execution, Model, Models, ModelVersion, Stack, StackModel } from "../../local/console/messages";
import type { AccountAccess } from "../../local/console/server/account-access";
import type { Calls } from "../../local/console/server/caller";
import { listNewest } from "../../local/console/server/reads/objects";

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

export async function readModels(
  stack: Stack,
  view: Calls,
  personalize: AccountAccess["personalize"],
): Promise<Models> {
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
  personalize: AccountAccess["personalize"],
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
    decisions: await readDecisions(view, stack.dataBucket, name),
    rollbackTo: await findVersionBefore(view, stack.dataBucket, name, serving),
  };
}

/** The version that the serving one replaced, as its decision has it: a rollback without `to` goes there. */
async function findVersionBefore(view: Calls, Bucket: string, model: string, serving: string) {
  const Key = `${prefixes.decisions}${model}/${serving.split("/").at(-1)}.json`;
  try {
    const { Body } = await view("s3", "GetObject", { Bucket, Key });
    return readDecision(Body?.toString() ?? "")?.incumbent;
  } catch (error) {
    if (error instanceof Fault && error.code === "NoSuchKey") return undefined;
    throw error;
  }
}

/** The retraining keeps one object for each decision (components/retraining/model-states.ts). */
export async function readDecisions(view: Calls, Bucket: string, model: string): Promise<Decision[]> {
  const newest = (await listNewest(view, Bucket, `${prefixes.decisions}${model}/`)).slice(0, shownDecisions);
  const decisions = newest.map(async ({ Key }) => {
    const { Body, LastModified } = await view("s3", "GetObject", { Bucket, Key });
    const decision = readDecision(Body?.toString() ?? "");
    if (!decision) {
      const reason = `s3://${Bucket}/${Key} is not a decision.`;
      const decidedAt = LastModified?.toISOString() ?? "";
      return { outcome: "unreadable", reason, candidate: undefined, bound: undefined, decidedAt };
    }
    const { outcome, reason, candidate, evaluation, decidedAt } = decision;
    return { outcome, reason, candidate, bound: boundOf(evaluation), decidedAt };
  });
  return Promise.all(decisions);
}

const measured = z.object({ value: z.number() }).nullish();
/** What evaluate-model answered. Earlier versions of the program compared with the serving version only. */
const evaluationShape = z.object({
  gate: z.object({ promotionMetric: z.string(), allowedMetricDrop: z.number() }),
  incumbent: measured,
  bestServed: measured,
});

function boundOf(evaluation: z.output<typeof evaluationShape> | undefined): Decision["bound"] {
  const compared = evaluation?.bestServed ?? evaluation?.incumbent;
  if (!evaluation || !compared) return undefined;
  const { promotionMetric, allowedMetricDrop } = evaluation.gate;
  return { metric: promotionMetric, value: compared.value - allowedMetricDrop };
}

const decisionShape = z.object({
  outcome: z.string(),
  reason: z.string(),
  candidate: z.string().optional().catch(undefined),
  incumbent: z.string().optional().catch(undefined),
  evaluation: evaluationShape.optional().catch(undefined),
  decidedAt: z.iso.datetime({ offset: true }),
});

/** Undefined for an object that somebody else has put there: it must not hide the others. */
function readDecision(text: string) {
  try {
    let content: unknown = JSON.parse(text);
    // Earlier versions of the program stored decisions as a text of JSON.
    if (typeof content === "string") content = JSON.parse(content);
    return decisionShape.parse(content);
  } catch {
    return undefined;
  }
}

async function executionsOf(view: Calls, stateMachineArn: string | undefined): Promise<Execution[]> {
  if (stateMachineArn === undefined) return [];
  const { executions = [] } = await view("sfn", "ListExecutions", { stateMachineArn, maxResults: shownExecutions });
  return Promise.all(
    executions.map(async ({ executionArn = "", status = "", startDate }) => ({
      arn: executionArn,
      status,
      ...describeRun(await view("sfn", "DescribeExecution", { executionArn })),
      started: startDate?.toISOString() ?? "",
      ...(await historyOf(view, executionArn)),
    })),
  );
}

const runInput = z.object({ rollback: z.object({ model: z.string() }).optional() });
const skippedOutput = z.object({ outcome: z.literal("skipped"), reason: z.string() });

/** What a run was for, by its input, and whether it was skipped, by its output (components/retraining/state-machine.ts). */
function describeRun({ input = "{}", output = "null" }: { input?: string; output?: string }) {
  const skipped = skippedOutput.safeParse(JSON.parse(output)).data;
  return {
    ...(skipped && { status: skipped.outcome }),
    reason: skipped?.reason,
    rollback: runInput.safeParse(JSON.parse(input)).data?.rollback?.model,
  };
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
