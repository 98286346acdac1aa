import { useEffect, useRef, useState } from "preact/hooks";
import type { RequestItem } from "../../../local/console/messages";
import { act, useAction, useRead } from "../../../local/console/page/account";
import { Chart, type ChartLine } from "../../../local/console/page/chart";
import {
  Arn,
  Badge,
  Empty,
  Failure,
  formatFigure,
  Loading,
  Panel,
  Scroll,
  Status,
  Time,
} from "../../../local/console/page/parts";
import type { ViewProps } from "../../../local/console/page/view";
import type { Execution, Model, Models, ModelVersion } from "../messages";
import { ExperimentPanel } from "./experiment";
import { findBound } from "./gate-bound";
import { Executions, RetrainingPanel } from "./retraining";

const refreshes = ({ service, operation }: RequestItem) =>
  service === "sfn" ||
  (service === "personalize" && !/^(List|Get)/.test(operation)) ||
  (service === "s3" && operation === "PutObject");

/** The experiment is shown also when a model cannot be read, because its campaign was deleted. */
export const ModelsView = ({ stack }: ViewProps) => (
  <div class="stack">
    <ModelPanels stack={stack} />
    <ExperimentPanel stackName={stack.name} />
  </div>
);

function ModelPanels({ stack }: Pick<ViewProps, "stack">) {
  const { data, error, reload } = useRead<Models>("/_console/api/models", { stack: stack.name }, refreshes);
  const { busy, error: failure, run } = useAction();
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const running = data.executions.some(({ status }) => status === "RUNNING");
  const start = (name: string, body: object) =>
    run(async () => {
      await act(name, { stack: stack.name, ...body });
      reload();
    });
  return (
    <div class="stack">
      <Failure error={failure ?? error} />
      {data.asleepSince && (
        <Panel title="Asleep">
          <p>
            Asleep since <Time at={data.asleepSince} />: there are no campaigns, each answer is the list of popular
            items, and nothing is trained. The stack wakes with <code>recommender:asleep</code> false, and{" "}
            <code>up</code>.
          </p>
        </Panel>
      )}
      <RetrainingPanel
        stackName={stack.name}
        data={data}
        busy={busy || running}
        retrain={() => start("retrain", {})}
        reload={reload}
      />
      {data.models.map((model) => (
        <ModelPanel
          key={model.name}
          stackName={stack.name}
          model={model}
          rollbacks={data.executions.filter(({ rollback }) => rollback === model.name)}
          busy={busy || running}
          retrain={() => start("retrain", { model: model.name })}
          rollBack={(from) => start("rollback", { model: model.name, from })}
          reload={reload}
        />
      ))}
    </div>
  );
}

interface ModelPanelProps {
  readonly stackName: string;
  readonly model: Model;
  /** Executions that roll it back, the newest first. */
  readonly rollbacks: readonly Execution[];
  readonly busy: boolean;
  readonly retrain: () => void;
  readonly rollBack: (from: string) => void;
  readonly reload: () => void;
}

function ModelPanel({ stackName, model, rollbacks, busy, retrain, rollBack, reload }: ModelPanelProps) {
  const { name, campaignArn, solutionArn, campaignStatus, gate, eventWeights, versions, decisions, rollbackTo } = model;
  const serving = versions.find((version) => version.serving)?.arn;
  const [asking, setAsking] = useState(false);
  return (
    <Panel
      title={`Model ${name}`}
      actions={
        <span class="buttons">
          <button type="button" disabled={busy} onClick={retrain}>
            Retrain {name}
          </button>
          <button
            type="button"
            disabled={busy || rollbackTo === undefined || serving === undefined}
            aria-expanded={asking}
            title={rollbackTo === undefined ? "There is nothing to go back to: no promotion is recorded." : undefined}
            onClick={() => setAsking(true)}
          >
            Roll back
          </button>
        </span>
      }
    >
      {asking && rollbackTo !== undefined && serving !== undefined && (
        <ConfirmRollback
          model={name}
          from={serving}
          to={rollbackTo}
          answer={(yes) => {
            setAsking(false);
            if (yes) rollBack(serving);
          }}
        />
      )}
      <p>
        Campaign <Arn arn={campaignArn} /> <Status value={campaignStatus} /> of solution <Arn arn={solutionArn} />
        {eventWeights && `, trained with the event weights ${eventWeights}`}
      </p>
      {gate && <MetricChart versions={versions} decisions={decisions} gate={gate} />}
      <Scroll label={`Versions of ${name}`}>
        <VersionTable versions={versions} metric={gate?.promotionMetric} />
      </Scroll>
      {rollbacks.length > 0 && (
        <>
          <h3>Rollbacks</h3>
          <Executions
            stackName={stackName}
            label={`Rollbacks of ${name}, newest first`}
            executions={rollbacks}
            reload={reload}
          />
        </>
      )}
      <h3>The gate's decisions</h3>
      {decisions.length === 0 && (
        <Empty title="The gate has made no decision yet.">
          <p>It compares each new version with the threshold and with versions that served before.</p>
        </Empty>
      )}
      <ul class="decisions">
        {decisions.map((decision) => (
          <li key={decision.decidedAt + decision.outcome}>
            <Status value={decision.outcome} />
            <span>{shortenMetric(decision.reason)}</span>
            <span class="muted">
              {decision.candidate && <Arn arn={decision.candidate} label={versionOf(decision.candidate)} />}{" "}
              <Time at={decision.decidedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const versionOf = (arn: string) => arn.split("/").at(-1) ?? arn;

/** Asks before the campaign gets another version, as `recommender rollback` does. */
function ConfirmRollback({
  model,
  from,
  to,
  answer,
}: {
  model: string;
  from: string;
  to: string;
  answer: (yes: boolean) => void;
}) {
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => yes.current?.focus(), []);
  return (
    <fieldset class="question">
      <p>
        Roll {model} back? The campaign will serve <Arn arn={to} label={versionOf(to)} /> again, the version before the
        last promotion, and no longer <Arn arn={from} label={versionOf(from)} />. It keeps serving meanwhile.
      </p>
      <p class="buttons">
        <button type="button" class="primary" ref={yes} onClick={() => answer(true)}>
          Roll back to {versionOf(to)}
        </button>
        <button type="button" onClick={() => answer(false)}>
          Cancel
        </button>
      </p>
    </fieldset>
  );
}

/**
 * The gate's metric over the versions, with its threshold and the bound that each version had to
 * reach.
 */
function MetricChart({
  versions,
  decisions,
  gate,
}: {
  versions: readonly ModelVersion[];
  decisions: Model["decisions"];
  gate: NonNullable<Model["gate"]>;
}) {
  const { promotionMetric: metric, promotionThreshold: threshold } = gate;
  const measured = versions.filter(({ metrics }) => Object.hasOwn(metrics, metric));
  if (measured.length === 0) return null;
  const bound = findBound(measured, decisions, gate);
  const times = measured.map(({ created }) => Date.parse(created) / 1000);
  const lines: ChartLine[] = [
    {
      label: shortenMetric(metric),
      values: measured.map(({ metrics }) => metrics[metric] ?? null),
      colour: "chart-1",
    },
    { label: `threshold ${threshold}`, values: measured.map(() => threshold), colour: "chart-3", dashed: true },
    ...(bound ? [{ ...bound, colour: "chart-2", dashed: true } as const] : []),
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
    .replace("normalized_discounted_cumulative_gain_with_event_weights", "weighted NDCG")
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
              <Arn arn={arn} label={versionOf(arn)} /> {serving && <Badge tone="good">serves</Badge>}
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
