// Executions of the retraining: how far the running one is, and how the others ended.
import { useEffect, useRef, useState } from "preact/hooks";
import { readFrom, send, useAction, useMessage } from "../../../local/console/page/account";
import { Arn, Empty, Failure, Panel, Status, Time } from "../../../local/console/page/parts";
import type { Execution, Models } from "../messages";

interface RetrainingProps {
  readonly stackName: string;
  readonly data: Models;
  readonly busy: boolean;
  readonly retrain: () => void;
  readonly reload: () => void;
}

export function RetrainingPanel({ stackName, data, busy, retrain, reload }: RetrainingProps) {
  const executions = data.executions.filter(({ rollback }) => rollback === undefined);
  const inTraining = data.models.flatMap(({ versions }) =>
    versions.filter(({ status }) => /PENDING|PROGRESS/.test(status)),
  );
  return (
    <Panel
      title="Retraining"
      actions={
        <button type="button" class="primary" disabled={busy} onClick={retrain}>
          Retrain now
        </button>
      }
    >
      <ul>
        {inTraining.map(({ arn, status, created }) => (
          <li key={arn}>
            In training: <Arn arn={arn} /> <Status value={status} /> since <Time at={created} />
          </li>
        ))}
      </ul>
      <Training />
      {executions.length === 0 && (
        <Empty title="No retraining has run yet.">
          <p>
            Press "Retrain now", or jump to the next nightly one in <a href="#/time">Time and faults</a>.
          </p>
        </Empty>
      )}
      <Executions stackName={stackName} label="Executions, newest first" executions={executions} reload={reload} />
    </Panel>
  );
}

/** Shows the progress of the account's own training while one runs. */
function Training() {
  const [training, setTraining] = useState<{ version: string; done: number; what: string }>();
  useMessage("training", (message) => setTraining(message.done < 1 ? message : undefined));
  if (!training) return null;
  return (
    <p class="training" role="status">
      <progress max={1} value={training.done} aria-label={`Training of ${training.version}`} /> {training.version}:{" "}
      {training.what}
    </p>
  );
}

interface ExecutionsProps {
  readonly stackName: string;
  readonly label: string;
  readonly executions: readonly Execution[];
  readonly reload: () => void;
}

export const Executions = ({ stackName, label, executions, reload }: ExecutionsProps) => (
  <ol class="executions" aria-label={label}>
    {executions.map((execution) => (
      <ExecutionRow key={execution.arn} stackName={stackName} execution={execution} reload={reload} />
    ))}
  </ol>
);

function ExecutionRow({
  stackName,
  execution: { arn, status, reason, started, states, failure },
  reload,
}: {
  stackName: string;
  execution: Execution;
  reload: () => void;
}) {
  return (
    <li>
      <p class="execution-head">
        <Status value={status} /> <Time at={started} />{" "}
        <Arn arn={arn} label={arn.split(":").at(-1)?.slice(0, 8) ?? ""} />
      </p>
      {status === "RUNNING" && <Running stackName={stackName} arn={arn} state={states.at(-1)} reload={reload} />}
      {reason !== undefined && <p>Nothing was trained: {reason}.</p>}
      {failure !== undefined && <p class="failure">{failure}</p>}
      <details>
        <summary>{states.length} states</summary>
        <ol class="states">
          {states.map((name, index) => (
            <li key={`${index} ${name}`}>{name}</li>
          ))}
        </ol>
      </details>
    </li>
  );
}

/**
 * One step of a jump to the end of an execution: small enough that the page shows the states on the
 * way.
 */
const stepMilliseconds = 5 * 60_000;
/** Two days, which is longer than an execution may take. */
const mostSteps = (2 * 86_400_000) / stepMilliseconds;

/**
 * The present state, and a jump to the end: an execution waits by the account's clock for what
 * takes hours on AWS.
 */
function Running({
  stackName,
  arn,
  state,
  reload,
}: {
  stackName: string;
  arn: string;
  state: string | undefined;
  reload: () => void;
}) {
  const { busy, error, run } = useAction();
  const left = useRef(false);
  useEffect(
    () => () => {
      left.current = true;
    },
    [],
  );
  const jump = () =>
    run(async () => {
      for (let step = 0; step < mostSteps && !left.current; step++) {
        await send("POST", "/_local/clock", { advanceMilliseconds: stepMilliseconds });
        const { executions } = await readFrom<Models>("/_console/api/models", { stack: stackName });
        reload();
        if (executions.find((each) => each.arn === arn)?.status !== "RUNNING") return;
      }
    });
  return (
    <div role="status" aria-live="polite">
      <p class="buttons">
        <span>
          Now: <strong>{state}</strong>
        </span>
        <button type="button" disabled={busy} onClick={jump}>
          {busy ? "Jumping …" : "Jump to its end"}
        </button>
      </p>
      <p class="muted">It waits on the account's clock. The jump runs everything that falls due on the way.</p>
      <Failure error={error} />
    </div>
  );
}
