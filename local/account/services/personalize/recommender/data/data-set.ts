import { type Column, codeColumns } from "./columns";
import { buildCorpus, type Corpus } from "./corpus";
import type { InteractionTable, ItemTable } from "./types";

/** A data set for training models. */
export interface DataSet {
  readonly name: string;
  readonly interactions: InteractionTable;
  readonly items: ItemTable;
  readonly corpus: Corpus;
  readonly columns: readonly Column[];
}

export function dataSetOf(name: string, interactions: InteractionTable, items: ItemTable): DataSet {
  const corpus = buildCorpus(interactions, items.itemIds);
  return { name, interactions, items, corpus, columns: codeColumns(corpus.itemIds, items) };
}
