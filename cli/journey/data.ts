import { type DatasetName, schemaKey } from "../../names/layout";
import { listEventColumns } from "../../seed/import-files/event-columns";
import { fieldsOf } from "../../seed/import-files/schema-fields";
import { readStack, type StackFacts } from "../stack/stack";
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

/**
 * Reads the events that the stack accepts from its parameters and the uploaded schema. Not from the
 * consumer's variables: Lambda leaves them out for a caller without `kms:Decrypt` (API reference,
 * GetFunctionConfiguration).
 */
export async function readEventRules(journey: Journey) {
  const stack = await findStack(journey);
  return { eventTypes: stack.eventTypes, columns: listEventColumns(await readSchema(journey, stack, "interactions")) };
}

/** The columns of the stack's users; none in a stack without users. */
export async function listUserColumns(journey: Journey): Promise<string[]> {
  const stack = await findStack(journey);
  const fields = stack.hasUsers ? fieldsOf(await readSchema(journey, stack, "users")) : [];
  return fields.map(({ name }) => name).filter((name) => name !== "USER_ID");
}

async function findStack({ aws, outputs }: Journey): Promise<StackFacts> {
  const stack = await readStack(aws.call, outputs.parameterPrefix.split("/").at(-1) ?? "");
  failUnless(stack !== undefined, `there are no parameters below ${outputs.parameterPrefix}`);
  return stack;
}

async function readSchema({ aws }: Journey, { dataBucket }: StackFacts, dataset: DatasetName): Promise<string> {
  const { Body } = await aws.call("s3", "GetObject", { Bucket: dataBucket, Key: schemaKey(dataset) });
  return (await Body?.transformToString()) ?? "";
}

/**
 * The model's score of each item for a visitor, the highest first. Lists vary a little, because the
 * campaign explores; an item's score changes only when the visitor's events arrive.
 */
export async function readScores({ aws, outputs }: Journey, userId: string): Promise<Map<string, number | undefined>> {
  const campaignArn = outputs.campaignArns.recommendation;
  const input = { campaignArn, userId, numResults: 500 };
  const { itemList = [] } = await aws.call("personalize-runtime", "GetRecommendations", input);
  return new Map(itemList.map(({ itemId = "", score }) => [itemId, score]));
}
