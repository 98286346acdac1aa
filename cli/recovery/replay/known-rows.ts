import type { StoredRow } from "../../../functions/ingestion/updates/changed-rows";
import { toRowKey } from "../../../functions/ingestion/updates/changed-rows";
import { mergeUpdates } from "../../../functions/ingestion/updates/merge-updates";
import type { RowKind } from "../../../functions/ingestion/updates/row-kind";
import type { RowUpdate } from "../../../functions/ingestion/updates/row-update";
import { splitLines } from "../../../functions/support/split-lines";
import { linesKey, prefixes } from "../../../names/layout";
import { findObject, streamObject } from "../../archive/objects";
import type { RecordRules } from "../../judge/judge-record";
import type { StackReader } from "../../stack/stack";

/** An update, and of which dataset. */
export interface KnownUpdate {
  readonly update: RowUpdate;
  readonly kind: RowKind;
}

/**
 * The rows of items and users as their consumers know them: a row that they do not know needs all
 * columns that the schema requires. Rows are read for updates that do not have these.
 */
export class KnownRows {
  readonly #stack: StackReader;
  readonly #rules: RecordRules;
  readonly #rows = { itemUpdate: new Map<string, StoredRow>(), userUpdate: new Map<string, StoredRow>() };

  constructor(stack: StackReader, rules: RecordRules) {
    this.#stack = stack;
    this.#rules = rules;
  }

  /** Reads the rows that these updates need. */
  async read(updates: readonly KnownUpdate[]): Promise<void> {
    for (const dataset of ["items", "users"] as const) {
      const update = dataset === "items" ? "itemUpdate" : "userUpdate";
      const rows = this.#rows[update];
      const ids = updates.flatMap((each) => {
        const isOpen = each.kind.update === update && !rows.has(each.update.id);
        return isOpen && "reason" in this.#merge(each, new Map()) ? each.update.id : [];
      });
      const bucket = this.#stack.dataBucket;
      const wanted = new Set<string>();
      for (const id of new Set(ids)) {
        const changed = await findObject(this.#stack, { bucket, key: await toRowKey(prefixes[dataset], id) });
        if (changed) rows.set(id, JSON.parse(changed.toString("utf8")) as StoredRow);
        else wanted.add(id);
      }
      if (wanted.size === 0) continue;
      for await (const line of splitLines(streamObject(this.#stack, { bucket, key: linesKey(dataset) }))) {
        if (line === "") continue;
        const row = JSON.parse(line) as StoredRow;
        if (wanted.delete(row.id)) rows.set(row.id, row);
        if (wanted.size === 0) break;
      }
    }
  }

  /** Returns why the consumer would refuse an update; undefined for one that it takes. */
  judge(each: KnownUpdate): string | undefined {
    const rows = this.#rows[each.kind.update];
    const merged = this.#merge(each, rows);
    if ("reason" in merged) return merged.reason;
    rows.set(merged.row.id, merged.row);
    return undefined;
  }

  #merge({ update, kind }: KnownUpdate, rows: ReadonlyMap<string, StoredRow>) {
    const merged = mergeUpdates(kind, [update], this.#rules.fields[kind.update] ?? [], rows);
    const [row] = merged.rows;
    return row ? { row } : { reason: merged.bad[0]?.reason ?? "is no update" };
  }
}
