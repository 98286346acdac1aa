import { useState } from "preact/hooks";
import type { Execution, Model, Models, ModelVersion, RequestItem } from "../messages";
import { act, useAction, useMessage, useRead } from "./account";
import type { ViewProps } from "./app";
import { Chart, type ChartLine } from "./chart";
import { Arn, Badge, Empty, Failure, formatFigure, Loading, Panel, Scroll, Status, Time } from "./parts";

const refreshes = ({ service, operation }: RequestItem) =>
  service === "sfn" ||
  (service === "personalize" && !/^(List|Get)/.test(operation)) ||
  (service === "s3" && operation === "PutObject");

export function ModelsView({ stack }: ViewProps) {
  const { data, error, reload } = useRead<Models>("/_console/api/models", { stack: stack.name }, refreshes);
  const { busy, error: failure, run } = useAction();
  const running = data?.executions.some(({ status }) => status === "RUNNING") ?? false;
  const retrain = (model?: string) =>
    run(async () => {
      await act("retrain", { stack: stack.name, ...(model ? { model } : {}) });
      reload();
    });
  const rollBack = (model: string) =>
    run(async () => {
      await act("rollback", { stack: stack.name, model });
      reload();
    });
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <div class="stack">
      <Failure error={failure ?? error} />
      <Panel
        title="Retraining"
        actions={
          <button type="button" class="primary" disabled={busy || running} onClick={() => retrain()}>
            Retrain now
          </button>
        }
      >
        <Training />
        {data.executions.length === 0 && (
          <Empty title="No retraining has run.">
            <p>
              Press "Retrain now", or jump to the next nightly one in <a href="#/time">Time and faults</a>.
            </p>
          </Empty>
        )}
        <ol class="executions" aria-label="Executions, newest first">
          {data.executions.map((execution) => (
            <ExecutionRow key={execution.arn} execution={execution} />
          ))}
        </ol>
      </Panel>
      {data.models.map((model) => (
        <ModelPanel
          key={model.name}
          model={model}
          busy={busy || running}
          retrain={() => retrain(model.name)}
          rollBack={() => rollBack(model.name)}
        />
      ))}
    </div>
  );
}

/** How far the account's own training is, while one runs. */
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

function ExecutionRow({ execution }: { execution: Execution }) {
  const { arn, status, started, states, failure } = execution;
  return (
    <li>
      <p class="execution-head">
        <Status value={status} /> <Time at={started} />{" "}
        <Arn arn={arn} label={arn.split(":").at(-1)?.slice(0, 8) ?? ""} />
      </p>
      {status === "RUNNING" ? (
        <p role="status" aria-live="polite">
          Now: <strong>{states.at(-1)}</strong>
        </p>
      ) : null}
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

function ModelPanel({
  model,
  busy,
  retrain,
  rollBack,
}: {
  model: Model;
  busy: boolean;
  retrain: () => void;
  rollBack: () => void;
}) {
  const { name, campaignArn, solutionArn, campaignStatus, gate, versions, decisions } = model;
  return (
    <Panel
      title={`Model ${name}`}
      actions={
        <span class="buttons">
          <button type="button" disabled={busy} onClick={retrain}>
            Retrain {name}
          </button>
          <button type="button" disabled={busy || versions.length < 2} onClick={rollBack}>
            Roll back
          </button>
        </span>
      }
    >
      <p>
        Campaign <Arn arn={campaignArn} /> <Status value={campaignStatus} /> of solution <Arn arn={solutionArn} />
      </p>
      {gate && <MetricChart versions={versions} gate={gate} />}
      <Scroll label={`Versions of ${name}`}>
        <VersionTable versions={versions} metric={gate?.promotionMetric} />
      </Scroll>
      <h3>Decisions of the gate</h3>
      {decisions.length === 0 && (
        <Empty title="The gate has decided nothing yet.">
          <p>It compares each new version with the threshold and with the serving version.</p>
        </Empty>
      )}
      <ul class="decisions">
        {decisions.map((decision) => (
          <li key={decision.decidedAt + decision.outcome}>
            <Status value={decision.outcome} />
            <span>{shortenMetric(decision.reason)}</span>
            <span class="muted">
              {decision.candidate && (
                <Arn arn={decision.candidate} label={decision.candidate.split("/").at(-1) ?? ""} />
              )}{" "}
              <Time at={decision.decidedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The gate's metric over the versions, with its threshold, the least that would replace the serving version, and popularity. */
function MetricChart({
  versions,
  gate: { promotionMetric: metric, promotionThreshold: threshold, allowedMetricDrop: drop },
}: {
  versions: readonly ModelVersion[];
  gate: NonNullable<Model["gate"]>;
}) {
  const measured = versions.filter(({ metrics }) => metrics[metric] !== undefined);
  if (measured.length === 0) return null;
  const serving = measured.find((version) => version.serving)?.metrics[metric];
  const times = measured.map(({ created }) => Date.parse(created) / 1000);
  const level = (value: number) => measured.map(() => value);
  const lines: ChartLine[] = [
    { label: shortenMetric(metric), values: measured.map(({ metrics }) => metrics[metric] ?? null), colour: "chart-1" },
    { label: `threshold ${threshold}`, values: level(threshold), colour: "chart-3", dashed: true },
    ...(serving === undefined
      ? []
      : [{ label: `serving − ${drop}`, values: level(serving - drop), colour: "chart-2", dashed: true }]),
  ];
  // One version is one point: a second one to the right makes its levels visible.
  const [only] = times;
  const single = times.length === 1 && only !== undefined;
  return (
    <Chart
      title={`${shortenMetric(metric)} of the versions`}
      points
      times={single ? [only, only + 3600] : times}
      lines={
        single
          ? lines.map((line) => ({
              ...line,
              values: line.dashed ? [line.values[0] ?? null, line.values[0] ?? null] : [line.values[0] ?? null, null],
            }))
          : lines
      }
    />
  );
}

const shown = [
  "normalized_discounted_cumulative_gain_at_10",
  "precision_at_5",
  "mean_reciprocal_rank_at_25",
  "coverage",
];

/** A text with the service's names of metrics as papers write them: `NDCG@10`. */
const shortenMetric = (text: string) =>
  text
    .replace("normalized_discounted_cumulative_gain", "NDCG")
    .replace("mean_reciprocal_rank", "MRR")
    .replace("_at_", "@");

function VersionTable({ versions, metric }: { versions: readonly ModelVersion[]; metric: string | undefined }) {
  const columns = metric === undefined || shown.includes(metric) ? shown : [metric, ...shown];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Created</th>
          <th scope="col">Status</th>
          {columns.map((name) => (
            <th scope="col" key={name} class="right">
              {shortenMetric(name)}
            </th>
          ))}
          <th scope="col" class="right">
            popularity
          </th>
        </tr>
      </thead>
      <tbody>
        {[...versions].reverse().map(({ arn, created, status, serving, metrics, popularity }) => (
          <tr key={arn}>
            <td class="once">
              <Arn arn={arn} label={arn.split("/").at(-1) ?? arn} /> {serving && <Badge tone="good">serves</Badge>}
            </td>
            <td class="once">
              <Time at={created} />
            </td>
            <td>
              <Status value={status} />
            </td>
            {columns.map((name) => (
              <td key={name} class="right">
                {formatFigure(metrics[name])}
              </td>
            ))}
            <td class="right">{formatFigure(popularity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
