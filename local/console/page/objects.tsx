// The objects of a bucket, and one that is opened.
import type { ObjectContent, StoredObject } from "../messages";
import { useRead } from "./account";
import { Failure, formatBytes, Lines, Name, Panel, Time } from "./parts";

export const ObjectRows = ({
  objects,
  nameOf = (key) => key,
  open,
}: {
  objects: readonly StoredObject[];
  nameOf?: (key: string) => string;
  open: (key: string) => void;
}) => (
  <ul class="objects">
    {objects.map(({ key, size, modified }) => (
      <li key={key}>
        <button type="button" class="link" onClick={() => open(key)} title={key}>
          <Name text={nameOf(key)} />
        </button>
        <span class="muted">
          {formatBytes(size)} · <Time at={modified} />
        </span>
      </li>
    ))}
  </ul>
);

export function OpenedObject({ bucket, objectKey, close }: { bucket: string; objectKey: string; close: () => void }) {
  const { data, error } = useRead<ObjectContent>("/_console/api/object", { bucket, key: objectKey });
  return (
    <Panel
      title="Opened object"
      actions={
        <button type="button" onClick={close}>
          Close
        </button>
      }
    >
      <p class="muted break">
        s3://{bucket}/{objectKey}
      </p>
      <Failure error={error} />
      {data?.reason !== undefined && <p class="failure">Reason: {data.reason}</p>}
      {data && (
        <Lines label="Content">
          {data.lines.join("\n")}
          {data.cut ? "\n…" : ""}
        </Lines>
      )}
    </Panel>
  );
}
