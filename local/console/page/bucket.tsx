import { useState } from "preact/hooks";
import type { ObjectPage, RequestItem } from "../messages";
import { useRead } from "./account";
import { ObjectRows, OpenedObject } from "./objects";
import { Empty, Failure, Panel } from "./parts";

const refreshes = ({ service, operation }: RequestItem) =>
  service === "s3" && /^(Put|Copy|Delete|CompleteMultipart)/.test(operation);

/** The objects of a bucket, a page at a time, and the one that was opened. */
export function BucketPanels({ bucket }: { bucket: string }) {
  const [prefix, setPrefix] = useState("");
  /** The starts of the pages that were shown before, and of the one that is. */
  const [starts, setStarts] = useState<readonly (string | undefined)[]>([undefined]);
  const [opened, setOpened] = useState<string>();
  const from = starts.at(-1);
  const { data, error } = useRead<ObjectPage>("/_console/api/objects", { bucket, prefix, from }, refreshes);
  const search = (text: string) => {
    setStarts([undefined]);
    setPrefix(text);
  };
  return (
    <>
      <Panel title="Objects" actions={<span class="muted">page {starts.length}</span>}>
        <label class="field">
          Keys that begin with
          <input type="search" value={prefix} onInput={({ currentTarget }) => search(currentTarget.value)} />
        </label>
        <Failure error={error} />
        {data?.objects.length === 0 && (
          <Empty title={prefix === "" ? "The bucket is empty." : "No key begins with this."} />
        )}
        <ObjectRows objects={data?.objects ?? []} open={setOpened} />
        {(starts.length > 1 || data?.next !== undefined) && (
          <div class="buttons">
            <button type="button" disabled={starts.length === 1} onClick={() => setStarts(starts.slice(0, -1))}>
              Previous page
            </button>
            <button
              type="button"
              disabled={data?.next === undefined}
              onClick={() => setStarts([...starts, data?.next])}
            >
              Next page
            </button>
          </div>
        )}
      </Panel>
      {opened !== undefined && (
        <OpenedObject key={opened} bucket={bucket} objectKey={opened} close={() => setOpened(undefined)} />
      )}
    </>
  );
}
