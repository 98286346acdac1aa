import { connectPersonalizeEvents } from "../../support/clients";
import { isRefusal } from "../../support/refusals";
import { toProperties } from "../columns";
import { describeRefusal } from "../refusal";
import type { StoredItem } from "./changed-items";
import type { ItemUpdate } from "./item-record";
import type { Pace } from "./pace";

/** PutItems takes at most ten items (API reference, PutItems). */
export const itemsPerCall = 10;

/** An item after the changes of a batch, and the updates that changed it. */
export interface ChangedItem extends StoredItem {
  updates: ItemUpdate[];
  /**
   * Personalize may have another state of the item: one of the updates is older than what is
   * stored. It may have been sent after what is stored was, by an instance that then could not
   * store it.
   */
  isInDoubt: boolean;
}

/**
 * Creates the function that sends at most ten items to the Items dataset, each request in its turn.
 */
export function createItemSender(datasetArn: string, pace: Pick<Pace, "turn">) {
  // One attempt: the client would repeat a request without waiting for its turn. The mapping
  // delivers the records again.
  const events = connectPersonalizeEvents({ maxAttempts: 1 });

  /**
   * Returns the reason of a refusal, if there is one. A dataset that was deleted has another error
   * (ResourceNotFoundException; API reference, PutItems), which is thrown.
   */
  return async (call: readonly ChangedItem[]): Promise<string | undefined> => {
    const { sdk, client } = await events();
    const items = call.map(({ itemId, columns }) => ({ itemId, properties: toProperties(columns) }));
    await pace.turn();
    try {
      await client.send(new sdk.PutItemsCommand({ datasetArn, items }));
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const sent = call.map(({ updates: _, isInDoubt: _inDoubt, ...item }) => item);
      return describeRefusal("item", error, sent);
    }
  };
}
