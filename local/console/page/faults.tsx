import type { Fault, FaultEffect } from "../messages";
import { send, useAction, useMessage, useRead } from "./account";
import { Badge, Empty, Failure, formatNumber, Lines, Panel } from "./parts";

/** Describes the effect of a fault, in the words of the list. */
export function describeEffect(effect: FaultEffect) {
  switch (effect.kind) {
    case "error":
      return (
        <>
          answers <code>{effect.code}</code>: {effect.message}
        </>
      );
    case "latency":
      return <>answers {formatNumber(effect.milliseconds)} ms later</>;
    case "drop-before":
      return <>does not run, and the connection is closed</>;
    case "drop-after":
      return <>runs, and the connection is closed without an answer</>;
    case "fail-job":
      return <>runs, and the job that it starts fails: {effect.message}</>;
    case "crash-before":
      return <>crashes before the handler runs</>;
    case "crash-after":
      return <>crashes after the handler has run</>;
    case "hang":
      return <>does nothing until its timeout</>;
  }
}

const subject = ({ service, operation, functionName }: Fault) => functionName ?? `${service} ${operation}`;

const example = {
  service: "kinesis",
  operation: "PutRecord",
  times: 2,
  effect: { kind: "error", code: "ProvisionedThroughputExceededException", message: "Rate exceeded for shard." },
};
const addFault =
  `curl -X POST ${location.origin}/_local/faults -H 'content-type: application/json' \\\n` +
  `  -d '${JSON.stringify(example)}'`;

export function Faults() {
  const { data, reload } = useRead<{ faults: Fault[] }>("/_local/faults");
  const { busy, error, run } = useAction();
  useMessage("faults", reload);
  const remove = (id?: string) =>
    run(() => send("DELETE", id === undefined ? "/_local/faults" : `/_local/faults?id=${id}`));
  return (
    <Panel
      title="Faults"
      actions={
        <button type="button" disabled={busy || data?.faults.length === 0} onClick={() => remove()}>
          Clear all
        </button>
      }
    >
      <Failure error={error} />
      {data?.faults.length === 0 && (
        <Empty title="No fault waits: every call runs.">
          <p>A script adds one, for instance so that a stream refuses its next two records:</p>
          <Lines label="Command">{addFault}</Lines>
        </Empty>
      )}
      <ul class="faults" aria-label="Waiting faults" aria-live="polite">
        {data?.faults.map((fault) => (
          <li key={fault.id}>
            <span>
              <strong>{subject(fault)}</strong> {describeEffect(fault.effect)}
              {fault.caller !== undefined && <> (only calls of {fault.caller})</>}
            </span>
            <span class="badges">
              {fault.share !== undefined && <Badge tone="warn">{formatNumber(fault.share * 100)} %</Badge>}
              <Badge tone="warn">{fault.left === undefined ? "no limit" : `${formatNumber(fault.left)} left`}</Badge>
              <button
                type="button"
                aria-label={`Remove the fault of ${subject(fault)}`}
                onClick={() => remove(fault.id)}
              >
                Remove
              </button>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
