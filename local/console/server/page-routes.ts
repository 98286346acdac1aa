import { z } from "zod";
import { type Calls, createActionCalls, createViewCalls, type Place } from "./caller";
import { Refused, read } from "./exchange";
import type { Parts } from "./parts";
import { invokeFunction } from "./reads/functions";
import { readModels, retrainingOf } from "./reads/models";
import { readObjects } from "./reads/objects";
import { logLines, readOperations } from "./reads/operations";
import { openObject, readPipeline } from "./reads/pipeline";
import { readResources } from "./reads/resource-list";
import { resource } from "./reads/resources";
import { readNextSchedules } from "./reads/schedules";
import { click, readTimeline, readVisitors, recommend, rerank, type VisitorContext } from "./reads/visitors";
import { detailOf, itemOf } from "./request-items";
import type { Stacks } from "./stacks";

type Read = (query: URLSearchParams) => Promise<unknown>;
type Act = (body: Record<string, unknown>) => Promise<unknown>;

export interface PageRoutes {
  readonly reads: Readonly<Record<string, Read>>;
  readonly acts: Readonly<Record<string, Act>>;
  /** Starts a retraining of a stack, as the act does. */
  readonly retrain: (stack: string) => Promise<unknown>;
}

const shownRequests = 1_000;

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
  invoke: z.strictObject({ arn: z.string().min(1).max(1_000), payload: z.string() }),
  confirm: z.strictObject({ ...ofStack, topicArn: id, token: z.string().max(500) }),
};

/** What the page reads and does, below `/_console/api/`. Reads change nothing; acts need the page's token. */
export function pageRoutes(parts: Parts, stacks: Stacks, shardCounts: ReadonlyMap<string, number>): PageRoutes {
  const { host, personalize } = parts;
  const contextOf: ContextOf = async (name) => {
    const stack = await stacks.find(name ?? undefined);
    return {
      stack,
      inspection: personalize.inspection,
      view: createViewCalls(host, stack),
      act: createActionCalls(host, stack),
    };
  };
  return {
    reads: readsOf(parts, stacks, shardCounts, contextOf),
    acts: actsOf(host, contextOf),
    retrain: (stack) => retrain(contextOf, { stack }),
  };
}

/** What a stack's reads and acts work with; default: the first stack. */
type ContextOf = (stack: string | null | undefined) => Promise<VisitorContext>;

function readsOf(
  { host, clock, log, sns, personalize, keep }: Parts,
  stacks: Stacks,
  shardCounts: ReadonlyMap<string, number>,
  contextOf: ContextOf,
): PageRoutes["reads"] {
  const stackOf = (query: URLSearchParams) => contextOf(query.get("stack"));
  /** Where a resource is: its ARN says so, or the account has it in every place. */
  const viewOf = (arn: string): Calls => {
    const place = placeOfArn(arn) ?? stacks.places()[0];
    if (!place) throw new Refused(404, "The account has not been called yet.");
    return createViewCalls(host, place);
  };

  return {
    overview: async () => ({
      origin: host.origin,
      stacks: await stacks.list(),
      deployment: stacks.deployment(),
      ...(keep && { kept: keep.folder }),
    }),
    visitors: async (query) => readVisitors(await stackOf(query), query.get("search") ?? ""),
    timeline: async (query) => readTimeline(await stackOf(query), query.get("id") ?? ""),
    pipeline: async (query) => {
      const { stack, view } = await stackOf(query);
      return readPipeline(stack, view, clock.now(), shardCounts, log);
    },
    object: async (query) => openObject(viewOf(""), query.get("bucket") ?? "", query.get("key") ?? ""),
    objects: async (query) =>
      readObjects(viewOf(""), query.get("bucket") ?? "", query.get("prefix") ?? "", query.get("from")),
    models: async (query) => {
      const { stack, view } = await stackOf(query);
      return readModels(stack, view, personalize);
    },
    operations: async (query) => {
      const { stack, view } = await stackOf(query);
      return readOperations(stack, view, sns, clock.now());
    },
    logs: async (query) => {
      const arn = query.get("arn");
      const view = arn === null ? (await stackOf(query)).view : viewOf(arn);
      return logLines(view, query.get("group") ?? "", query.get("pattern") ?? "", clock.now());
    },
    resources: async (query) => {
      const found = await stacks.list();
      const stack = found.find(({ name }) => name === query.get("stack"));
      return readResources(
        stack,
        stacks.places().map((place) => ({ place, view: createViewCalls(host, place) })),
      );
    },
    resource: async (query) => {
      const arn = query.get("arn") ?? "";
      const found = await resource(arn, viewOf(arn));
      if (!found) throw new Refused(404, `The console cannot open ${arn}. Use the AWS CLI.`);
      return found;
    },
    requests: async () => log.entries().slice(-shownRequests).map(itemOf),
    request: async (query) => {
      const entry = log.entries().findLast((each) => each.id === query.get("id"));
      if (!entry) throw new Refused(404, "This request is no longer in the log, which keeps the newest 5,000.");
      return detailOf(entry);
    },
    schedules: async (query) => {
      const { stack, view } = await stackOf(query);
      return readNextSchedules(stack, view, clock.now());
    },
  };
}

function placeOfArn(arn: string): Place | undefined {
  const [, , , region, account] = arn.split(":");
  return region && account ? { region, account } : undefined;
}

function actsOf(host: Parts["host"], contextOf: ContextOf): PageRoutes["acts"] {
  return {
    recommend: async (body) => {
      const { stack, ...request } = read(bodies.recommend, body);
      return recommend(await contextOf(stack), request);
    },
    rerank: async (body) => {
      const { stack, itemIds, ...request } = read(bodies.rerank, body);
      return rerank(await contextOf(stack), request, itemIds);
    },
    click: async (body) => {
      const { stack, ...request } = read(bodies.click, body);
      return click(await contextOf(stack), request);
    },
    retrain: async (body) => retrain(contextOf, read(bodies.retrain, body)),
    rollback: async (body) => {
      const { stack, ...rollback } = read(bodies.rollback, body);
      return execute(await contextOf(stack), { rollback });
    },
    invoke: async (body) => {
      const { arn, payload } = read(bodies.invoke, body);
      const place = placeOfArn(arn);
      if (!place) throw new Refused(400, `arn: ${arn} is not the ARN of a function.`);
      return invokeFunction(createActionCalls(host, place), arn, payload);
    },
    confirm: async (body) => {
      const { stack, topicArn, token } = read(bodies.confirm, body);
      const { act } = await contextOf(stack);
      const { SubscriptionArn } = await act("sns", "ConfirmSubscription", { TopicArn: topicArn, Token: token });
      return { subscriptionArn: SubscriptionArn };
    },
  };
}

async function retrain(contextOf: ContextOf, { stack, model }: z.output<typeof bodies.retrain>) {
  return execute(await contextOf(stack), { force: true, ...(model === undefined ? {} : { models: [model] }) });
}

/** Starts an execution of the stack's retraining. */
async function execute({ stack, view, act }: VisitorContext, input: object) {
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
