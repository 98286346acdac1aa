import type { GetRecommendationsRequest } from "@aws-sdk/client-personalize-runtime";
import type { Scope } from "../../aws/arn";
import type { Context } from "./context";
import { isReservedForInteractions } from "./formats/schema-rules";
import type { ScoredItem } from "./recommender/data/types";
import { recommendedItems } from "./serving/recommendations";
import { servingOf } from "./serving/served-version";
import { eventAt } from "./state/interactions";
import type { RecordsData } from "./state/records";
import { interactionsDataset, recordsDataset } from "./state/state";
import type { Table } from "./state/table";
import { userIndex } from "./state/user-index";

interface InspectedEvent {
  readonly itemId: string;
  readonly eventType: string | undefined;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly source: "imported" | "streamed";
  /**
   * The columns that the schema has in addition to the service's, as texts; without those that have
   * no value.
   */
  readonly context: Readonly<Record<string, string>>;
}

interface InspectedItem {
  readonly id: string;
  /** As texts. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Shows what no operation of the service returns and a person wants to see: the users and events in
 * the data, and the reasons of a list.
 */
export interface Inspection {
  /**
   * Users of a dataset group whose id contains `search`, in the order of the data; and how many
   * users there are.
   */
  users(
    scope: Scope,
    groupArn: string,
    search: string,
    limit: number,
  ): { known: number; found: readonly { id: string; events: number }[] };
  /** The newest events of a user or session, newest first. */
  events(scope: Scope, groupArn: string, id: string, limit: number): readonly InspectedEvent[];
  /** The columns of an item, as texts; empty for an item that is not in the items dataset. */
  item(scope: Scope, groupArn: string, itemId: string): Readonly<Record<string, string>>;
  /** The items of a dataset group, in the order of the data. */
  items(scope: Scope, groupArn: string): Iterable<InspectedItem>;
  /**
   * An earlier list of recommendations with its scores: the same request and recommendation id give
   * the same list, as long as no events have come in between. Undefined when the campaign cannot
   * serve.
   */
  answer(scope: Scope, request: GetRecommendationsRequest, recommendationId: string): readonly ScoredItem[] | undefined;
}

export function createInspection({ store }: Context): Inspection {
  return {
    users(scope, groupArn, search, limit) {
      const { data } = interactionsDataset(store.of(scope), groupArn) ?? {};
      const ids = data?.bulk.text("USER_ID");
      if (!data || !ids) return { known: 0, found: [] };
      const index = userIndex(data.bulk, data.bulk.length);
      const found: { id: string; events: number }[] = [];
      for (const id of ids.texts()) {
        if (found.length === limit) break;
        if (!id.includes(search)) continue;
        const events = index.rowsOf(id).length;
        if (events > 0) found.push({ id, events });
      }
      return { known: ids.size, found };
    },

    events(scope, groupArn, id, limit) {
      const { data } = interactionsDataset(store.of(scope), groupArn) ?? {};
      if (!data) return [];
      const { rows, userId } = data.streamed.rowsOf(id);
      const imported = Array.from(userIndex(data.bulk, data.bulk.length).rowsOf(userId ?? id), (row) => ({
        ...eventAt(data.bulk, row),
        context: contextAt(data.bulk, row),
        source: "imported" as const,
      }));
      const { table } = data.streamed;
      const streamed = rows.map((row) => ({
        ...eventAt(table, row),
        context: contextAt(table, row),
        source: "streamed" as const,
      }));
      return [...imported, ...streamed]
        .sort((a, b) => a.timestamp - b.timestamp)
        .slice(-limit)
        .reverse()
        .map(({ timestamp, eventValue: _, ...event }) => ({ ...event, time: timestamp * 1000 }));
    },

    item(scope, groupArn, itemId) {
      const { data } = recordsDataset(store.of(scope), groupArn, "ITEMS") ?? {};
      return data?.has(itemId) ? columnsOf(data, itemId) : {};
    },

    *items(scope, groupArn) {
      const { data } = recordsDataset(store.of(scope), groupArn, "ITEMS") ?? {};
      if (data) for (const id of data.ids()) yield { id, columns: columnsOf(data, id) };
    },

    answer(scope, request, recommendationId) {
      const state = store.of(scope);
      if (!state.campaigns.get(request.campaignArn)?.serving) return undefined;
      const serving = servingOf(state, request);
      return recommendedItems(serving, request, request.numResults ?? 10, recommendationId);
    },
  };
}

function columnsOf(data: RecordsData, id: string): Readonly<Record<string, string>> {
  const names = data.bulk.table.fields.map(({ name }) => name).filter((name) => name !== data.idField);
  const cells = names.map((name) => [name, data.get(id, name)] as const);
  return Object.fromEntries(cells.flatMap(([name, cell]) => (cell === undefined ? [] : [[name, String(cell)]])));
}

function contextAt(table: Table, row: number): Readonly<Record<string, string>> {
  const own = table.fields.filter(({ name }) => !isReservedForInteractions(name));
  const cells = own.map(({ name }) => [name, table.get(row, name)] as const);
  return Object.fromEntries(cells.flatMap(([name, cell]) => (cell === undefined ? [] : [[name, String(cell)]])));
}
