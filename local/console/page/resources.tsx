import type { RequestItem, ResourceDetail, ResourceGroup } from "../messages";
import { useRead } from "./account";
import { BucketPanels } from "./bucket";
import { FunctionPanels } from "./function";
import { Arn, Badge, Empty, Failure, Json, Loading, Name, Panel, Scroll } from "./parts";
import type { ViewProps } from "./view";

const refreshes = ({ operation }: RequestItem) =>
  /^(Create|Delete|Put|Schedule)/.test(operation) && !notResources.test(operation);
/** They put what is in a resource. */
const notResources = /^(Put|Delete)(Record|RecordBatch|Records|Events|Object|Objects|LogEvents|MetricData)$/;

export function ResourcesView({ stack, detail }: ViewProps) {
  const { data, error } = useRead<ResourceGroup[]>("/_console/api/resources", { stack: stack.name }, refreshes);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const count = data.reduce((sum, { resources }) => sum + resources.length, 0);
  return (
    <div class="columns resources">
      <Panel title={`${count} resources`}>
        <Failure error={error} />
        {count === 0 && <Empty title="The account has no resources yet." />}
        {data.map(({ component, resources }) => (
          <details key={component} class="tree" open>
            <summary>
              {component} <span class="muted">{resources.length}</span>
            </summary>
            <ul>
              {resources.map(({ type, name, arn }) => (
                <li key={arn} class={arn === detail ? "chosen" : ""}>
                  <a
                    href={`#/resources/${encodeURIComponent(arn)}`}
                    aria-current={arn === detail ? "true" : undefined}
                    title={arn}
                  >
                    <Name text={name.replace(`${stack.prefix}-`, "")} />
                  </a>
                  <span class="muted">{type}</span>
                </li>
              ))}
            </ul>
          </details>
        ))}
      </Panel>
      {detail === "" ? (
        count > 0 && (
          <Empty title="Choose a resource.">
            <p>Every ARN in the console links here.</p>
          </Empty>
        )
      ) : (
        <Detail key={detail} arn={detail} />
      )}
    </div>
  );
}

function Detail({ arn }: { arn: string }) {
  const { data, error } = useRead<ResourceDetail>("/_console/api/resource", { arn });
  return (
    <div class="stack">
      <ResourcePanel arn={arn} data={data} error={error} />
      {data && /^arn:aws:lambda:.*:function:/.test(arn) && <FunctionPanels arn={arn} logGroup={data.logGroup} />}
      {data && arn.startsWith("arn:aws:s3:::") && <BucketPanels bucket={arn.slice("arn:aws:s3:::".length)} />}
    </div>
  );
}

interface ResourcePanelProps {
  readonly arn: string;
  readonly data: ResourceDetail | undefined;
  readonly error: string | undefined;
}

function ResourcePanel({ arn, data, error }: ResourcePanelProps) {
  return (
    <Panel title="Resource">
      <p class="break">
        <code>{arn}</code>
      </p>
      <Failure error={error} />
      {!data && !error && <Loading />}
      {data && (
        <>
          <Properties value={data.properties} />
          <h3>Policies</h3>
          {data.policies.length === 0 && <p class="muted">No policy belongs to this resource.</p>}
          {data.policies.map(({ name, document }) => (
            <Policy key={name} name={name} document={document} />
          ))}
          <Json value={data.properties} label="Properties as JSON" />
        </>
      )}
    </Panel>
  );
}

/** Two levels of properties as a list; ARNs are links. */
function Properties({ value }: { value: unknown }) {
  const rows = Object.entries((value ?? {}) as Record<string, unknown>).flatMap(([name, inner]): [string, unknown][] =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).map(([key, deep]) => [`${name}.${key}`, deep])
      : [[name, inner]],
  );
  return (
    <dl class="properties">
      {rows
        .filter(([, inner]) => inner !== undefined && inner !== "")
        .map(([name, inner]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value value={inner} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Value({ value }: { value: unknown }) {
  if (typeof value === "string" && value.startsWith("arn:")) return <Arn arn={value} />;
  if (typeof value === "object" && value !== null) {
    const text = JSON.stringify(value);
    return text.length > 160 ? (
      <Json value={value} label={Array.isArray(value) ? `${value.length} entries` : "more"} />
    ) : (
      <code>{text}</code>
    );
  }
  const text = String(value);
  return <span class="break">{text.length > 400 ? `${text.slice(0, 400)}…` : text}</span>;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const list = (value: unknown): string[] =>
  value === undefined
    ? []
    : Array.isArray(value)
      ? value.map(String)
      : typeof value === "object"
        ? [JSON.stringify(value)]
        : [String(value)];

/** A policy as a table: what each statement allows or denies, on what, and when. */
export function Policy({ name, document }: { name: string; document: unknown }) {
  const { Statement } = (document ?? {}) as { Statement?: Statement | Statement[] };
  const statements = Statement === undefined ? [] : Array.isArray(Statement) ? Statement : [Statement];
  return (
    <div class="policy">
      <h4>{name}</h4>
      <Scroll label={`Policy ${name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Effect</th>
              <th scope="col">Action</th>
              <th scope="col">Resource</th>
              <th scope="col">Who, when</th>
            </tr>
          </thead>
          <tbody>
            {statements.map((statement, place) => (
              <tr key={`${place} ${statement.Sid}`}>
                <td>
                  <Badge tone={statement.Effect === "Deny" ? "bad" : "good"}>{statement.Effect}</Badge>
                </td>
                <td>
                  {[...list(statement.Action), ...list(statement.NotAction).map((action) => `not ${action}`)].map(
                    (action) => (
                      <div key={action}>{action}</div>
                    ),
                  )}
                </td>
                <td>
                  {list(statement.Resource).map((arn) => (
                    <div key={arn}>{/[*?]/.test(arn) ? <span class="break">{arn}</span> : <Arn arn={arn} />}</div>
                  ))}
                </td>
                <td class="break">{[...list(statement.Principal), ...list(statement.Condition)].join(" ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}
