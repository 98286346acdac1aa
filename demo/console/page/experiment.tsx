// An experiment: the verdict, the visitors of each variant, and how the interval of the uplift
// became narrow.
import { useRead } from "../../../local/console/page/account";
import { Chart } from "../../../local/console/page/chart";
import { Empty, Failure, Loading, Panel, Scroll, Time } from "../../../local/console/page/parts";
import type { Experiment, RunningExperiment } from "../messages";
import { chartUplift } from "./uplift-chart";

const noExperiment = "No experiment compares this stack's placements. docs/experiments.md shows how to begin one.";

export function ExperimentPanel({ stackName }: { stackName: string }) {
  const { data, error } = useRead<Experiment>(
    "/_console/api/experiment",
    { stack: stackName },
    ({ service, operation }) => operation === "PutObject" || (service === "ssm" && /Parameter$/.test(operation)),
  );
  return (
    <Panel title="Experiment">
      <Failure error={error} />
      {!data && error === undefined && <Loading />}
      {data && (data.experiment ? <Results data={data} /> : <Empty title={noExperiment} />)}
    </Panel>
  );
}

function Results({ data: { experiment, verdict, tables, notes, days } }: { data: RunningExperiment }) {
  const { name, placement, goal, startedAt, variants } = experiment;
  const compared = Object.keys(variants).filter((variant) => variant !== placement);
  return (
    <>
      <p>
        <strong>{verdict}</strong>
      </p>
      <p class="muted">
        {name} at {placement}, goal {goal}, since <Time at={startedAt} />
      </p>
      <div class={compared.length > 1 ? "charts" : undefined}>
        {compared.map((variant) => (
          <Chart
            key={variant}
            title={`Uplift of ${variant} in percent, with its interval`}
            {...chartUplift(variant, startedAt, days)}
          />
        ))}
      </div>
      {tables.map((table) => (
        <Scroll key={table.columns.join()} label={`Variants of ${name}: ${table.columns.join(", ")}`}>
          <Table {...table} />
        </Scroll>
      ))}
      {notes.map((note) => (
        <p key={note} class="muted">
          {note}
        </p>
      ))}
    </>
  );
}

const Table = ({ columns, rows }: RunningExperiment["tables"][number]) => (
  <table>
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row[0]}>
          {row.map((cell, place) => (
            <td key={columns[place]} class="once">
              {cell}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
