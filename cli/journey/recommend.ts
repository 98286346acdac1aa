import type { RecommendAnswer } from "../../contract";
import { functionParts } from "../../names/layout";
import { findModel } from "../stack/stack";
import { readScores } from "./data";
import { failUnless, type Journey } from "./journey";

/**
 * Invokes one of the stack's functions as another team would, and returns its decoded body and
 * headers.
 */
export async function invoke({ stack }: Journey, FunctionName: string, payload: unknown) {
  const { Payload, FunctionError } = await stack.call("lambda", "Invoke", {
    FunctionName,
    Payload: Buffer.from(JSON.stringify(payload)),
  });
  const text = Buffer.from(Payload ?? []).toString("utf8");
  failUnless(FunctionError === undefined, `${FunctionName} failed: ${text}`);
  const reply: { statusCode: number; headers: Readonly<Record<string, string>>; body: string } = JSON.parse(text);
  failUnless(reply.statusCode === 200, `${FunctionName} returned ${reply.statusCode}: ${reply.body}`);
  return { body: JSON.parse(reply.body) as unknown, headers: reply.headers };
}

/**
 * After a cold start, or on a busy machine, a call of the campaign can take longer than the
 * function waits for it.
 */
const mostCalls = 5;

/**
 * The ids that recommend-pets returns, in order. Throws when they come from the fallback and not
 * from the model, unless the stack is asleep.
 */
export const recommend = async (journey: Journey, request: object): Promise<string[]> =>
  (await fetchItems(journey, request)).items.map(({ id }) => id);

/** As `recommend`, with what the answer has of each item, and its headers. */
export async function fetchItems(journey: Journey, request: object) {
  const { functionName } = findModel(journey.stack, "recommendation");
  for (let call = 1; ; call++) {
    const { body, headers } = await invoke(journey, functionName, request);
    const source = headers?.["x-recommendation-source"];
    const isRight = journey.stack.asleepSince ? source === "fallback" : source === "personalize";
    if (isRight || source === "list") return { items: body as RecommendAnswer, headers };
    failUnless(call < mostCalls, `${functionParts.recommend} returned a list from ${source}, not from the campaign`);
  }
}

/**
 * The items that can be recommended to a visitor, the best first: of the model, or, in a stack that
 * is asleep, of the list of popular items.
 */
export const rankItems = async (journey: Journey, userId: string): Promise<string[]> =>
  journey.stack.asleepSince
    ? recommend(journey, { userId, limit: 500 })
    : [...(await readScores(journey.stack, userId)).keys()];
