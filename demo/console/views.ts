import { join } from "node:path";
import { z } from "zod";
import { read } from "../../local/console/server/exchange";
import type { PageRoutes, Views, ViewTools } from "../../local/console/server/views";
import { componentOf, components } from "./components";
import { createExperimentReader } from "./experiment";
import { explainList, findItems } from "./explanation";
import { readModels } from "./models";
import { readPipeline } from "./pipeline";
import { describeMissing, findStacks, openReader } from "./stacks";
import { click, readTimeline, readVisitors, recommend, rerank, type VisitorContext } from "./visitors";

const id = z.string().min(1).max(256);
const ofStack = { stack: z.string().max(100).optional() };
const audience = { ...ofStack, userId: id.optional(), sessionId: id.optional() };
const values = z.record(z.string(), z.string().max(1_000)).optional();
const list = {
  ...audience,
  filter: z.string().max(63).optional(),
  filterValues: values,
  promotionValues: values,
  placement: z.string().max(30).optional(),
  itemId: id.optional(),
};
const bodies = {
  recommend: z.strictObject(list),
  explain: z.strictObject({ ...list, item: id.optional() }),
  rerank: z.strictObject({ ...audience, itemIds: z.array(id).min(1).max(50) }),
  click: z.strictObject({
    ...audience,
    sessionId: id,
    itemId: id,
    eventType: id,
    recommendationId: z.string().max(40).optional(),
  }),
  retrain: z.strictObject({ ...ofStack, model: id.optional() }),
  rollback: z.strictObject({ ...ofStack, model: id, from: z.string().max(256), to: z.string().max(256).optional() }),
};

/** The views of this program in the local account's console. */
export const views: Views = {
  page: join(__dirname, "page/main.tsx"),
  findStacks,
  describeMissing,
  components,
  componentOf,
  routes: (tools) => ({ reads: readsOf(tools), acts: actsOf(tools) }),
};

function readsOf(tools: ViewTools): PageRoutes["reads"] {
  const { countRecords, account } = tools;
  const contextOf = createContexts(tools);
  const readExperiment = createExperimentReader(account.clock);
  return {
    visitors: async (query) => readVisitors(await contextOf(query.get("stack")), query.get("search") ?? ""),
    items: async (query) => findItems(await contextOf(query.get("stack")), query.get("search") ?? ""),
    timeline: async (query) => readTimeline(await contextOf(query.get("stack")), query.get("id") ?? ""),
    pipeline: async (query) => readPipeline((await contextOf(query.get("stack"))).stack, countRecords, account.log),
    models: async (query) => readModels((await contextOf(query.get("stack"))).stack, account.personalize),
    experiment: async (query) => readExperiment((await contextOf(query.get("stack"))).stack),
  };
}

function actsOf(tools: ViewTools): PageRoutes["acts"] {
  const contextOf = createContexts(tools);
  return {
    recommend: async (body) => {
      const { stack, ...request } = read(bodies.recommend, body);
      return recommend(await contextOf(stack), request);
    },
    explain: async (body) => {
      const { stack, item, ...request } = read(bodies.explain, body);
      return explainList(await contextOf(stack), request, item);
    },
    rerank: async (body) => {
      const { stack, itemIds, ...request } = read(bodies.rerank, body);
      return rerank(await contextOf(stack), request, itemIds);
    },
    click: async (body) => {
      const { stack, ...request } = read(bodies.click, body);
      return click(await contextOf(stack), request);
    },
    retrain: async (body) => {
      const { stack, model } = read(bodies.retrain, body);
      return execute(await contextOf(stack), { force: true, ...(model === undefined ? {} : { models: [model] }) });
    },
    rollback: async (body) => {
      const { stack, ...rollback } = read(bodies.rollback, body);
      return execute(await contextOf(stack), { rollback });
    },
  };
}

/** Opens the stack that a request names; without a name, the first one. */
const createContexts =
  ({ account, contextOf }: ViewTools) =>
  async (name: string | null | undefined): Promise<VisitorContext> => {
    const context = await contextOf(name);
    const stack = await openReader(context, account.clock.now());
    const { inspection } = account.personalize;
    return { stack, act: context.act, inspection, log: account.log, origin: account.host.origin };
  };

/** Starts an execution of the stack's retraining. */
async function execute({ stack, act }: VisitorContext, input: object) {
  const { executionArn } = await act("sfn", "StartExecution", {
    stateMachineArn: stack.retrainingArn,
    input: JSON.stringify(input),
  });
  return { executionArn };
}
