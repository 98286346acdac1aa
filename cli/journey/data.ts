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

/** A column of the interactions, with its type in Avro. */
export interface ConsumerColumn {
  readonly name: string;
  readonly type: string | readonly string[];
}

/** Reads the events that the stack accepts from the environment of the stream's consumer. */
export async function readConsumer({ aws, outputs }: Journey) {
  const { StreamDescriptionSummary } = await aws.call("kinesis", "DescribeStreamSummary", {
    StreamName: outputs.eventStreamName,
  });
  const EventSourceArn = StreamDescriptionSummary?.StreamARN;
  const { EventSourceMappings } = await aws.call("lambda", "ListEventSourceMappings", { EventSourceArn });
  // Item updates have another consumer, with a filter.
  const mapping = EventSourceMappings?.find(({ FilterCriteria }) => FilterCriteria === undefined);
  const FunctionName = mapping?.FunctionArn;
  const { Environment } = await aws.call("lambda", "GetFunctionConfiguration", { FunctionName });
  const { EVENT_TYPES = "[]", EVENT_COLUMNS = "[]" } = Environment?.Variables ?? {};
  const eventTypes: readonly string[] = JSON.parse(EVENT_TYPES);
  const columns: readonly ConsumerColumn[] = JSON.parse(EVENT_COLUMNS);
  return { eventTypes, columns };
}

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
