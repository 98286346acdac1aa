import { useEffect, useRef, useState } from "preact/hooks";
import type { RequestDetail, RequestItem } from "../messages";
import { readFrom, useMessage, useRead } from "./account";
import { describeEffect } from "./faults";
import {
  Arn,
  Badge,
  Empty,
  Failure,
  formatMilliseconds,
  formatNumber,
  Json,
  Lines,
  Loading,
  Panel,
  Scroll,
  shortenArn,
  Time,
} from "./parts";
import { Policy } from "./resources";
import type { ViewProps } from "./view";

/** The number of requests that the page keeps, and of those that it shows. */
const kept = 2_000;
const shown = 200;

export function RequestsView({ origin, detail, selected }: ViewProps) {
  const [items, setItems] = useState<readonly RequestItem[]>();
  const [paused, setPaused] = useState(false);
  const [filter, setFilter] = useState(detail);
  const chosen = selected.get("id") ?? undefined;
  const choose = (id: string | undefined) => {
    const path = `/requests/${encodeURIComponent(filter)}`;
    location.hash = id === undefined ? path : `${path}?${new URLSearchParams({ id })}`;
  };
  const [error, setError] = useState<string>();
  const held = useRef<RequestItem[]>([]);
  useEffect(() => {
    readFrom<RequestItem[]>("/_console/api/requests").then(
      (read) => setItems((live = []) => [...read.filter(({ id }) => !live.some((item) => item.id === id)), ...live]),
      (failure: Error) => setError(failure.message),
    );
  }, []);
  const add = (more: readonly RequestItem[]) => setItems((before = []) => [...before, ...more].slice(-kept));
  useMessage("requests", (message) => {
    if (paused) held.current = [...held.current, ...message.items].slice(-kept);
    else add(message.items);
  });
  const pause = () => {
    if (paused) add(held.current);
    held.current = [];
    setPaused(!paused);
  };
  if (!items) return error ? <Failure error={error} /> : <Loading />;
  const found = items.filter(createMatcher(filter));
  return (
    <div class="stack">
      <Panel
        title="Calls"
        actions={
          <button type="button" aria-pressed={paused} onClick={pause}>
            {paused ? "Continue" : "Pause"}
          </button>
        }
      >
        <label class="field grow">
          Filter by service, operation, caller, resource, status; "error", "denied", "fault"
          <input
            type="search"
            value={filter}
            placeholder="kinesis PutRecord"
            onInput={({ currentTarget }) => setFilter(currentTarget.value)}
          />
        </label>
        <p class="muted" role="status">
          {formatNumber(found.length)} of the newest {formatNumber(items.length)} calls
          {found.length > shown ? `; the newest ${shown} are shown` : ""}
        </p>
        {found.length === 0 ? (
          <Empty title={items.length === 0 ? "The account has not been called yet." : "No call matches the filter."}>
            {items.length === 0 && <Lines label="Commands">{firstCommands(origin)}</Lines>}
          </Empty>
        ) : (
          <RequestTable items={found.slice(-shown).reverse()} chosen={chosen} choose={choose} />
        )}
      </Panel>
      {chosen !== undefined && <Detail key={chosen} id={chosen} close={() => choose(undefined)} />}
    </div>
  );
}

const firstCommands = (origin: string) =>
  [
    `export AWS_ENDPOINT_URL=${origin} AWS_REGION=eu-west-1`,
    "export AWS_ACCESS_KEY_ID=000000000000 AWS_SECRET_ACCESS_KEY=local",
    "aws sts get-caller-identity",
  ].join("\n");

function createMatcher(filter: string): (item: RequestItem) => boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (item) => {
    const { service, operation, principal, resource, status, error = "", denied, fault } = item;
    const text =
      `${service} ${operation} ${principal} ${resource} ${status} ${error} ${error === "" ? "" : "error"} ${denied ? "denied" : ""} ${fault ? "fault" : ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** `arn:aws:sts::…:assumed-role/name/session` → `name`; a service by its own name. */
function shortenPrincipal(principal: string): string {
  const resource = shortenArn(principal);
  return resource.split("/")[1] ?? resource;
}

function RequestTable({
  items,
  chosen,
  choose,
}: {
  items: readonly RequestItem[];
  chosen: string | undefined;
  choose: (id: string) => void;
}) {
  return (
    <Scroll label="Calls, newest first" kind="requests">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Operation</th>
            <th scope="col">Caller</th>
            <th scope="col">Resource</th>
            <th scope="col">Status</th>
            <th scope="col" class="right">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(
            ({ id, time, service, operation, principal, resource, status, error, fault, milliseconds: took }) => (
              <tr key={id} class={id === chosen ? "chosen" : ""}>
                <td class="once">
                  <Time at={time} short />
                </td>
                <td>
                  <button type="button" class="link" aria-expanded={id === chosen} onClick={() => choose(id)}>
                    {service} {operation}
                  </button>
                </td>
                <td title={principal}>{shortenPrincipal(principal)}</td>
                <td>{resource === "" ? <span class="muted">–</span> : <Arn arn={resource} />}</td>
                <td>
                  <Badge tone={status >= 500 ? "bad" : status >= 400 ? "warn" : "good"}>{status}</Badge> {error}{" "}
                  {fault && <Badge tone="accent">fault</Badge>}
                </td>
                <td class="right once">{formatMilliseconds(took)}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </Scroll>
  );
}

function Detail({ id, close }: { id: string; close: () => void }) {
  const { data, error } = useRead<RequestDetail>("/_console/api/request", { id });
  const [copied, setCopied] = useState("");
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), [data]);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const { command } = data;
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => setCopied("Copied."),
      () => setCopied("The browser refused; select the text and copy it."),
    );
  return (
    <div ref={panel}>
      <Panel
        title={`${data.service} ${data.operation}`}
        actions={
          <button type="button" onClick={close}>
            Close
          </button>
        }
      >
        <dl class="properties">
          <div>
            <dt>time</dt>
            <dd>
              <Time at={data.time} />
            </dd>
          </div>
          <div>
            <dt>caller</dt>
            <dd class="break">{data.principal}</dd>
          </div>
          <div>
            <dt>account, Region</dt>
            <dd>
              {data.account}, {data.region}
            </dd>
          </div>
          <div>
            <dt>status</dt>
            <dd>
              {data.status} {data.error} in {formatMilliseconds(data.milliseconds)}
            </dd>
          </div>
          {data.fault && (
            <div>
              <dt>injected fault</dt>
              <dd>
                {describeEffect(data.fault)} (see <a href="#/time">Time and faults</a>)
              </dd>
            </div>
          )}
          {data.message !== undefined && (
            <div>
              <dt>message</dt>
              <dd class="break">{data.message}</dd>
            </div>
          )}
        </dl>
        <h3>IAM's decision</h3>
        <Decisions detail={data} />
        {command !== undefined && (
          <>
            <h3>As AWS CLI command</h3>
            <Lines label="Content">{command}</Lines>
            <div class="buttons">
              <button type="button" onClick={() => copy(command)}>
                Copy as AWS CLI command
              </button>
              <span role="status">{copied}</span>
            </div>
          </>
        )}
        <Json value={data.input} label="Input as JSON" />
        {data.output !== undefined && (
          <>
            <h3>Answer</h3>
            <Lines label="Answer">{JSON.stringify(data.output, null, 2)}</Lines>
            {/…/.test(JSON.stringify(data.output)) && (
              <p class="muted">
                The log keeps only a part of this answer: texts that end in … were cut, and secrets are hidden.
              </p>
            )}
          </>
        )}
      </Panel>
    </div>
  );
}

function Decisions({ detail }: { detail: RequestDetail }) {
  const { decisions, principal, status } = detail;
  if (decisions.length === 0) {
    return (
      <p class="muted">
        {status < 400
          ? "The call needs no permission."
          : "The call was refused before IAM was asked, or needs no permission."}
      </p>
    );
  }
  return (
    <ul class="decisions">
      {decisions.map(({ action, resource, allowed, reason, by }) => (
        <li key={`${action} ${resource}`}>
          <Badge tone={allowed ? "good" : "bad"}>{allowed ? "allowed" : "denied"}</Badge>
          <div>
            <p>
              <code>{action}</code> on <Arn arn={resource} />
            </p>
            {reason !== "" && <p class="muted">{reason}</p>}
            {by ? (
              <Policy name={`the statement of the ${by.policy}`} document={{ Statement: by.statement }} />
            ) : (
              allowed && (
                <p class="muted">
                  {principal.includes(":assumed-role/")
                    ? "No statement was needed."
                    : "The account's owner needs no statement."}
                </p>
              )
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
