import { type DatasetName, schemaKey } from "../../names/layout";
import { listEventColumns } from "../../seed/import-files/event-columns";
import { fieldsOf } from "../../seed/import-files/schema-fields";
import { readObject } from "../archive/objects";
import { findModel, type StackReader } from "../stack/stack";

/**
 * The columns of the stack's events, from the uploaded schema. Not from the consumer's variables:
 * Lambda leaves them out for a caller without `kms:Decrypt` (API reference,
 * GetFunctionConfiguration).
 */
export const listContextColumns = async (stack: StackReader) =>
  listEventColumns(await readSchema(stack, "interactions"));

/** The columns of the stack's users; none in a stack without users. */
export async function listUserColumns(stack: StackReader): Promise<string[]> {
  const fields = stack.hasUsers ? fieldsOf(await readSchema(stack, "users")) : [];
  return fields.map(({ name }) => name).filter((name) => name !== "USER_ID");
}

const readSchema = async (stack: StackReader, dataset: DatasetName): Promise<string> =>
  (await readObject(stack, { bucket: stack.dataBucket, key: schemaKey(dataset) })).toString("utf8");

/**
 * The model's score of each item for a visitor, the highest first. Lists vary a little, because the
 * campaign explores; an item's score changes only when the visitor's events arrive.
 */
export async function readScores(stack: StackReader, userId: string): Promise<Map<string, number | undefined>> {
  const { campaignArn } = findModel(stack, "recommendation");
  const input = { campaignArn, userId, numResults: 500 };
  const { itemList = [] } = await stack.call("personalize-runtime", "GetRecommendations", input);
  return new Map(itemList.map(({ itemId = "", score }) => [itemId, score]));
}
