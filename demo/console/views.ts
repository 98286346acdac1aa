import { join } from "node:path";
import { z } from "zod";
import { Refused, read } from "../../local/console/server/exchange";
import type { PageRoutes, StackContext, Views, ViewTools } from "../../local/console/server/views";
import { componentOf, components } from "./components";
import { readModels, retrainingOf } from "./models";
import { readPipeline } from "./pipeline";
import { describeMissing, findStacks } from "./stacks";
import { click, readTimeline, readVisitors, recommend, rerank } from "./visitors";

const id = z.string().min(1).max(256);
const ofStack = { stack: z.string().max(100).optional() };
const audience = { ...ofStack, userId: id.optional(), sessionId: id.optional() };
const bodies = {
  recommend: z.strictObject({
    ...audience,
    filter: z.string().max(63).optional(),
    filterValues: z.record(z.string(), z.string().max(1_000)).optional(),
  }),
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

/** What the local account's console shows of this program. */
export const views: Views = {
  page: join(__dirname, "page/main.tsx"),
  findStacks,
  describeMissing,
  components,
  componentOf,
  routes: (tools) => ({ reads: readsOf(tools), acts: actsOf(tools) }),
};

function readsOf({ account, shardCounts, contextOf }: ViewTools): PageRoutes["reads"] {
  const { clock, log, personalize } = account;
  const { inspection } = personalize;
  const stackOf = (query: URLSearchParams) => contextOf(query.get("stack"));
  return {
    visitors: async (query) => readVisitors({ ...(await stackOf(query)), inspection }, query.get("search") ?? ""),
    timeline: async (query) => readTimeline({ ...(await stackOf(query)), inspection }, query.get("id") ?? ""),
    pipeline: async (query) => {
      const { stack, view } = await stackOf(query);
      return readPipeline(stack, view, clock.now(), shardCounts, log);
    },
    models: async (query) => {
      const { stack, view } = await stackOf(query);
      return readModels(stack, view, personalize);
    },
  };
}

function actsOf({ account, contextOf }: ViewTools): PageRoutes["acts"] {
  const { inspection } = account.personalize;
  const visitorContextOf = async (stack: string | undefined) => ({ ...(await contextOf(stack)), inspection });
  return {
    recommend: async (body) => {
      const { stack, ...request } = read(bodies.recommend, body);
      return recommend(await visitorContextOf(stack), request);
    },
    rerank: async (body) => {
      const { stack, itemIds, ...request } = read(bodies.rerank, body);
      return rerank(await visitorContextOf(stack), request, itemIds);
    },
    click: async (body) => {
      const { stack, ...request } = read(bodies.click, body);
      return click(await visitorContextOf(stack), request);
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

/** Starts an execution of the stack's retraining. */
async function execute({ stack, view, act }: StackContext, input: object) {
  const machine = await retrainingOf(stack, view);
  if (!machine)
    throw new Refused(
      404,
      `The stack ${stack.name} has no retraining. Deploy it again: an account of "npm start" when you start it again, one ` +
        'of "npm run account" with "npx recommender pulumi up".',
    );
  const { executionArn } = await act("sfn", "StartExecution", {
    stateMachineArn: machine.arn,
    input: JSON.stringify(input),
  });
  return { executionArn };
}
