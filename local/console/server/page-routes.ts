import { z } from "zod";
import { type Scope, scopeOfArn } from "../../account/aws/arn";
import type { AccountAccess } from "./account-access";
import { type Calls, createActionCalls, createViewCalls } from "./caller";
import { Refused, read } from "./exchange";
import { invokeFunction } from "./reads/functions";
import { readObjects } from "./reads/objects";
import { openObject } from "./reads/open-object";
import { logLines, readOperations } from "./reads/operations";
import { readResources } from "./reads/resource-list";
import { resource } from "./reads/resources";
import { readSchedules } from "./reads/schedules";
import { detailOf, itemOf } from "./request-items";
import type { Place, Selection } from "./selection";
import type { CountRecords } from "./shard-counts";
import type { Stacks } from "./stacks";
import type { PageRoutes, Views, ViewTools } from "./views";

const shownRequests = 1_000;

const id = z.string().min(1).max(256);
const bodies = {
  invoke: z.strictObject({ arn: z.string().min(1).max(1_000), payload: z.string() }),
  confirm: z.strictObject({ topicArn: id, token: z.string().max(500) }),
};

/**
 * The routes of the page below `/_console/api/`. Reads change nothing; acts need the page's token.
 */
export function pageRoutes(
  account: AccountAccess,
  stacks: Stacks,
  views: Views,
  countRecords: CountRecords,
): PageRoutes {
  const { host } = account;
  const contextOf: ViewTools["contextOf"] = async (name) => {
    const stack = await stacks.find(name ?? undefined);
    return { stack, view: createViewCalls(host, stack), act: createActionCalls(host, stack) };
  };
  const { reads, acts } = views.routes({ account, countRecords, contextOf });
  return {
    reads: { ...readsOf(account, stacks, views), ...reads },
    acts: { ...actsOf(host), ...acts },
  };
}

function readsOf({ host, clock, log, sns }: AccountAccess, stacks: Stacks, views: Views): PageRoutes["reads"] {
  const placeOf = (scope: Scope): Place => ({ scope, view: createViewCalls(host, scope) });
  const places = () => stacks.scopes().map(placeOf);
  /** The whole account, or the stack that a query names. */
  const select = async (query: URLSearchParams): Promise<Selection> => {
    const name = query.get("stack");
    if (name === null) return { places: places(), shows: () => true };
    const stack = await stacks.find(name);
    return { places: [placeOf(stack)], shows: (resource) => views.componentOf(resource, stack) !== undefined };
  };
  /**
   * Calls in the account and Region of a resource: those of its ARN, or the first if the ARN has
   * none.
   */
  const viewOf = (arn: string): Calls => {
    const scope = readScope(arn) ?? stacks.scopes()[0];
    if (!scope) throw new Refused(404, "The account has not been called yet.");
    return createViewCalls(host, scope);
  };

  return {
    overview: async () => ({
      origin: host.origin,
      stacks: await stacks.list(),
      deployment: stacks.deployment(),
    }),
    object: async (query) => openObject(viewOf(""), query.get("bucket") ?? "", query.get("key") ?? ""),
    objects: async (query) =>
      readObjects(viewOf(""), query.get("bucket") ?? "", query.get("prefix") ?? "", query.get("from")),
    operations: async (query) => readOperations(await select(query), sns, clock.now()),
    logs: async (query) => {
      const view = viewOf(query.get("arn") ?? "");
      return logLines(view, query.get("group") ?? "", query.get("pattern") ?? "", clock.now());
    },
    resources: async (query) => {
      const found = await stacks.list();
      const stack = found.find(({ name }) => name === query.get("stack"));
      return readResources(stack, views, places());
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
      return detailOf(entry, log.wholeInputOf(entry.id), host.origin);
    },
    schedules: async (query) => readSchedules(await select(query), clock.now()),
  };
}

/** The account and Region of an ARN that has both. */
function readScope(arn: string): Scope | undefined {
  const scope = scopeOfArn(arn);
  return scope.account && scope.region ? scope : undefined;
}

function actsOf(host: AccountAccess["host"]): PageRoutes["acts"] {
  /** Calls where the thing with an ARN is. */
  const actOf = (arn: string): Calls => {
    const scope = readScope(arn);
    if (!scope) throw new Refused(400, `${arn} is not an ARN with an account and a Region.`);
    return createActionCalls(host, scope);
  };
  return {
    invoke: async (body) => {
      const { arn, payload } = read(bodies.invoke, body);
      return invokeFunction(actOf(arn), arn, payload);
    },
    confirm: async (body) => {
      const { topicArn, token } = read(bodies.confirm, body);
      const { SubscriptionArn } = await actOf(topicArn)("sns", "ConfirmSubscription", {
        TopicArn: topicArn,
        Token: token,
      });
      return { subscriptionArn: SubscriptionArn };
    },
  };
}
