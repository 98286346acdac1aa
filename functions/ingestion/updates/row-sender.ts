import { toProperties } from "../../../values/columns";
import { connectPersonalizeEvents } from "../../support/clients";
import { isRefusal } from "../../support/refused-requests";
import { describeRefusal } from "../refusal-reason";
import type { ChangedRow } from "./merge-updates";
import type { Pace } from "./pace";
import type { RowKind } from "./row-kind";

/** PutItems and PutUsers take at most ten rows (API reference). */
export const rowsPerCall = 10;

/**
 * The milliseconds that a request may take to be answered. One that was given up can still be
 * carried out after a later one, and the dataset would keep the older values.
 */
const patience = 60_000;

/** Creates the function that sends at most ten rows to their dataset, each request in its turn. */
export function createRowSender({ word }: RowKind, datasetArn: string, pace: Pick<Pace, "turn">) {
  // One attempt: the client would repeat a request without waiting for its turn. The mapping
  // delivers the records again.
  const events = connectPersonalizeEvents({ maxAttempts: 1, patience });

  /**
   * Returns the reason of a refusal, if there is one. A dataset that was deleted has another error
   * (ResourceNotFoundException; API reference, PutItems and PutUsers), which is thrown.
   */
  return async (call: readonly ChangedRow[]): Promise<string | undefined> => {
    const { sdk, client } = await events();
    const rows = call.map(({ id, columns }) => ({ id, properties: toProperties(columns) }));
    await pace.turn();
    try {
      if (word === "item") {
        const items = rows.map(({ id, properties }) => ({ itemId: id, properties }));
        await client.send(new sdk.PutItemsCommand({ datasetArn, items }));
      } else {
        const users = rows.map(({ id, properties }) => ({ userId: id, properties }));
        await client.send(new sdk.PutUsersCommand({ datasetArn, users }));
      }
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const sent = call.map(({ updates: _, isInDoubt: _inDoubt, ...row }) => row);
      return describeRefusal(word, error, sent);
    }
  };
}
