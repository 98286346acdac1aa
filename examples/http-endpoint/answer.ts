import { Lambda } from "@aws-sdk/client-lambda";
import type { FunctionReply } from "recommender-contract";

/**
 * The members that are read of API Gateway's event in payload format 2.0 ("Create AWS Lambda proxy
 * integrations for HTTP APIs", API Gateway guide).
 */
export interface HttpEvent {
  pathParameters?: { placement?: string };
  queryStringParameters?: Record<string, string>;
  requestContext: { authorizer?: { jwt: { claims: Record<string, unknown> } } };
}

/** How long a list is the same for everybody: here, in browsers and in a CDN. */
const listSeconds = 60;
const listLength = 50;

/**
 * Creates the function behind both routes. `GET /recommendations` is for the visitor whom the
 * authorizer has recognised; `GET /lists/{placement}` has no visitor. HTTP APIs have no cache of
 * their own, so the function keeps the lists.
 */
export function answerFactory(
  { RECOMMEND_FUNCTION, LISTS = "[]" }: NodeJS.ProcessEnv = process.env,
  lambda = new Lambda({}),
  now = Date.now,
) {
  const lists: readonly string[] = JSON.parse(LISTS);
  const kept = new Map<string, { reply: FunctionReply; until: number }>();

  async function ask(request: object): Promise<FunctionReply> {
    const asked = { FunctionName: RECOMMEND_FUNCTION, Payload: JSON.stringify(request) };
    const { Payload, FunctionError } = await lambda.invoke(asked);
    const text = Buffer.from(Payload ?? []).toString("utf8");
    if (FunctionError) throw new Error(`${RECOMMEND_FUNCTION} failed: ${text}`);
    return JSON.parse(text);
  }

  async function askForList(placement: string): Promise<FunctionReply> {
    const found = kept.get(placement);
    if (found && now() < found.until) return found.reply;
    const reply = await ask({ placement, limit: listLength });
    if (reply.statusCode === 200) kept.set(placement, { reply, until: now() + listSeconds * 1000 });
    return reply;
  }

  const reply = ({ statusCode, headers, body }: FunctionReply, cacheControl: string) => ({
    statusCode,
    headers: { ...headers, "content-type": "application/json", "cache-control": cacheControl },
    body,
  });

  return async ({ pathParameters, queryStringParameters, requestContext }: HttpEvent) => {
    const userId = requestContext.authorizer?.jwt.claims.sub;
    // The recommender checks everything else, and its refusals tell the caller what is wrong.
    if (userId !== undefined) return reply(await ask({ ...queryStringParameters, userId }), "private, no-store");
    const { placement = "" } = pathParameters ?? {};
    if (!lists.includes(placement)) {
      return reply({ statusCode: 404, body: '{"message":"There is no such list."}' }, "no-store");
    }
    const list = await askForList(placement);
    return reply(list, list.statusCode === 200 ? `public, max-age=${listSeconds}` : "no-store");
  };
}
