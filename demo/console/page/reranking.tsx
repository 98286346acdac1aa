import { useState } from "preact/hooks";
import { act, useAction } from "../../../local/console/page/account";
import { Badge, Failure, Panel } from "../../../local/console/page/parts";
import type { Reranking as Ranked } from "../messages";
import { Cards } from "./cards";

/** A list of the visitor's own, before and after the re-rank function. */
export function Reranking({
  stackName,
  who,
  candidates,
}: {
  stackName: string;
  who: object;
  candidates: readonly string[];
}) {
  const [text, setText] = useState<string>();
  const [ranked, setRanked] = useState<Ranked>();
  const { busy, error, run } = useAction();
  const shown = text ?? [...candidates].reverse().join("\n");
  const itemIds = [
    ...new Set(
      shown
        .split(/[\n,]+/)
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    ),
  ];
  const submit = () => run(async () => setRanked(await act<Ranked>("rerank", { stack: stackName, ...who, itemIds })));
  return (
    <Panel
      title="Re-rank a list"
      actions={
        ranked && <Badge tone={ranked.source === "personalize" ? "good" : "warn"}>source: {ranked.source}</Badge>
      }
    >
      <label class="field wide">
        Item ids, one a line (here the list above, last first)
        <textarea
          rows={4}
          value={shown}
          spellcheck={false}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button type="button" class="primary" disabled={busy || itemIds.length === 0} onClick={submit}>
          Re-rank {itemIds.length} items
        </button>
      </div>
      <Failure error={error} />
      {ranked && (
        <div class="halves">
          <div>
            <h3>Before</h3>
            <Cards cards={ranked.before} label="Before" />
          </div>
          <div>
            <h3>After</h3>
            <Cards cards={ranked.after} label="After" />
          </div>
        </div>
      )}
    </Panel>
  );
}
