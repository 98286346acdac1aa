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
}

/** The items of a call that Personalize has taken, and those that it refused. */
export interface Sent {
  taken: ChangedItem[];
  refused: { item: ChangedItem; reason: string }[];
}

/** Creates the function that sends at most ten items to the Items dataset, each request in its turn. */
export function createItemSender(datasetArn: string, pace: Pick<Pace, "turn">) {
  // One attempt: the client would repeat a request without waiting for its turn. The mapping delivers the records again.
  const events = connectPersonalizeEvents({ maxAttempts: 1 });

  const putItems = async (call: readonly ChangedItem[]) => {
    const { sdk, client } = await events();
    const items = call.map(({ itemId, columns }) => ({ itemId, properties: toProperties(columns) }));
    await pace.turn();
    await client.send(new sdk.PutItemsCommand({ datasetArn, items }));
  };

  /**
   * After a refusal halves the call until the bad item is alone. A dataset that was deleted has another error
   * (ResourceNotFoundException; API reference, PutItems), which is thrown.
   */
  const send = async (call: readonly ChangedItem[]): Promise<Sent> => {
    try {
      await putItems(call);
      return { taken: [...call], refused: [] };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [first] = call;
      if (call.length === 1 && first) {
        const { updates: _, ...sent } = first;
        return { taken: [], refused: [{ item: first, reason: describeRefusal("item", error, sent) }] };
      }
      const half = Math.ceil(call.length / 2);
      const before = await send(call.slice(0, half));
      const after = await send(call.slice(half));
      return { taken: [...before.taken, ...after.taken], refused: [...before.refused, ...after.refused] };
    }
  };
  return send;
}
