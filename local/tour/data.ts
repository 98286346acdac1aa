import { failUnless, type Journey } from "./journey";

/** Events that show what a visitor prefers. */
const enoughEvents = 10;

/** The first visitor with ten events, or the one with the most. */
export function chooseKnownVisitor(visitors: readonly { readonly id: string; readonly events: number }[]): string {
  const most = visitors.reduce((a, b) => (b.events > a.events ? b : a), { id: "", events: 0 });
  const found = visitors.find(({ events }) => events >= enoughEvents) ?? most;
  failUnless(found.id !== "", "the imported interactions have no visitor");
  return found.id;
}

/** The event types that the stack accepts: the consumer of the stream has them in its environment. */
export async function readEventTypes({ aws, outputs }: Journey): Promise<string[]> {
  const { StreamDescriptionSummary } = await aws.call("kinesis", "DescribeStreamSummary", {
    StreamName: outputs.eventStreamName,
  });
  const EventSourceArn = StreamDescriptionSummary?.StreamARN;
  const { EventSourceMappings } = await aws.call("lambda", "ListEventSourceMappings", { EventSourceArn });
  const FunctionName = EventSourceMappings?.[0]?.FunctionArn;
  const { Environment } = await aws.call("lambda", "GetFunctionConfiguration", { FunctionName });
  return JSON.parse(Environment?.Variables?.EVENT_TYPES ?? "[]");
}

/** The bytes of a response's body, which the SDK returns as a stream. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  return (body as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray();
}
export const textOf = async (body: unknown) => Buffer.from(await bytesOf(body)).toString("utf8");

/**
 * The model's score of each item for a visitor, the highest first. Lists vary a little, because the campaign explores; an
 * item's score changes only when the visitor's events arrive.
 */
export async function readScores({ aws, outputs }: Journey, userId: string): Promise<Map<string, number | undefined>> {
  const campaignArn = outputs.campaignArns.recommendation;
  const input = { campaignArn, userId, numResults: 500 };
  const { itemList = [] } = await aws.call("personalize-runtime", "GetRecommendations", input);
  return new Map(itemList.map(({ itemId = "", score }) => [itemId, score]));
}
