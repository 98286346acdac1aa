// The additions of a function's page to its properties: a form that invokes it, and its log.
import { useState } from "preact/hooks";
import type { Invocation, LogLine } from "../messages";
import { act, useAction, useRead } from "./account";
import { LogLines } from "./log-lines";
import { Badge, Empty, Failure, Lines, Panel } from "./parts";

export const FunctionPanels = ({ arn, logGroup }: { arn: string; logGroup: string | undefined }) => (
  <>
    <Invoke arn={arn} />
    {logGroup !== undefined && <Log arn={arn} group={logGroup} />}
  </>
);

function Invoke({ arn }: { arn: string }) {
  const [payload, setPayload] = useState("{}");
  const [answer, setAnswer] = useState<Invocation>();
  const { busy, error, run } = useAction();
  const invoke = () => run(async () => setAnswer(await act<Invocation>("invoke", { arn, payload: payload.trim() })));
  return (
    <Panel
      title="Invoke"
      actions={answer && <Badge tone={answer.error ? "bad" : "good"}>{answer.error ?? "succeeded"}</Badge>}
    >
      <label class="field wide">
        Payload, JSON
        <textarea
          rows={4}
          value={payload}
          spellcheck={false}
          onInput={({ currentTarget }) => setPayload(currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button type="button" class="primary" disabled={busy} onClick={invoke}>
          {busy ? "Invoking …" : "Invoke"}
        </button>
      </div>
      <Failure error={error} />
      {answer && (
        <div role="status">
          <h3>{answer.error === undefined ? "Answer" : "Error"}</h3>
          <Lines label="Answer">{indent(answer.payload)}</Lines>
          <h3>End of the log</h3>
          <Lines label="End of the log">{answer.log}</Lines>
        </div>
      )}
    </Panel>
  );
}

/** JSON for reading; another text as it is. */
function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Follows the log: functions write it by calls of PutLogEvents. */
function Log({ arn, group }: { arn: string; group: string }) {
  const { data, error } = useRead<LogLine[]>(
    "/_console/api/logs",
    { arn, group },
    ({ operation }) => operation === "PutLogEvents",
  );
  return (
    <Panel title="Newest log lines" actions={<span class="muted">{group}</span>}>
      <Failure error={error} />
      {data?.length === 0 && <Empty title="The function has written nothing in the last 24 hours." />}
      <LogLines group={group} lines={data ?? []} />
    </Panel>
  );
}
