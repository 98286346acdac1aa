import { type Column, codeColumns } from "../../local/account/services/personalize/recommender/data/columns";
import { buildCorpus, type Corpus } from "../../local/account/services/personalize/recommender/data/corpus";
import type { InteractionTable, ItemTable } from "../../local/account/services/personalize/recommender/data/types";

/** A data set for training models, with the lists of a perfect model where they are known. */
export interface DataSet {
  readonly name: string;
  readonly interactions: InteractionTable;
  readonly items: ItemTable;
  readonly corpus: Corpus;
  readonly columns: readonly Column[];
  /** Returns the likeliest items for a user's index at the first test event. */
  readonly oracle?: (user: number) => readonly number[];
}

export function dataSetOf(name: string, interactions: InteractionTable, items: ItemTable): DataSet {
  const corpus = buildCorpus(interactions, items.itemIds);
  return { name, interactions, items, corpus, columns: codeColumns(corpus.itemIds, items) };
}
