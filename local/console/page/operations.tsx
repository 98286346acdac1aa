import { useState } from "preact/hooks";
import type { Alarm, LogLine, MailItem, Operations, RequestItem } from "../messages";
import { act, useAction, useRead } from "./account";
import { Chart } from "./chart";
import { LogLines } from "./log-lines";
import { Arn, Badge, Empty, Failure, formatBytes, Lines, Loading, Panel, Status, Time } from "./parts";
import type { ViewProps } from "./view";

const refreshes = ({ service, operation }: RequestItem) =>
  service === "sns" || (service === "cloudwatch" && !/^(Get|Describe|List)/.test(operation)) || operation === "Invoke";

export function OperationsView({ stack }: ViewProps) {
  const { data, error, reload } = useRead<Operations>("/_console/api/operations", { stack: stack.name }, refreshes);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <div class="stack">
      <Failure error={error} />
      <Alarms alarms={data.alarms} />
      <Mailbox stackName={stack.name} mails={data.mails} topics={data.topics} reload={reload} />
      <Panel title="Dashboard" actions={<span class="muted">last 24 hours of the account's clock</span>}>
        <div class="charts">
          {data.charts.map(({ title, times, lines }, place) => (
            <Chart key={`${place} ${title}`} title={title} times={times} lines={lines} height={140} />
          ))}
        </div>
        {data.charts.length + data.leftOut.length === 0 && <Empty title="The stack has no dashboard." />}
        <LeftOut parts={data.leftOut} />
      </Panel>
      <Logs stackName={stack.name} groups={data.logGroups} />
    </div>
  );
}

function LeftOut({ parts }: { parts: readonly string[] }) {
  if (parts.length === 0) return null;
  return (
    <details>
      <summary>{parts.length === 1 ? "1 part is" : `${parts.length} parts are`} not drawn here</summary>
      <ul>
        {parts.map((part) => (
          <li key={part}>{part}</li>
        ))}
      </ul>
    </details>
  );
}

function Alarms({ alarms }: { alarms: readonly Alarm[] }) {
  const ringing = alarms.filter(({ state }) => state === "ALARM").length;
  const loud = alarms.filter(({ state }) => state !== "OK").sort((a, b) => (a.state < b.state ? -1 : 1));
  return (
    <Panel
      title="Alarms"
      actions={<Badge tone={ringing > 0 ? "bad" : "good"}>{ringing > 0 ? `${ringing} in alarm` : "all quiet"}</Badge>}
    >
      {alarms.length === 0 && <Empty title="The stack has no alarms." />}
      <ul class="alarms">
        {loud.map((alarm) => (
          <li key={alarm.arn}>
            <Status value={alarm.state} />
            <div>
              <p>
                <Arn arn={alarm.arn} label={alarm.name} />
              </p>
              <p>{alarm.description}</p>
              <p class="muted">
                {alarm.reason} <Time at={alarm.changed} />
              </p>
              {alarm.state === "ALARM" && <Runbook />}
            </div>
          </li>
        ))}
      </ul>
      <details>
        <summary>{alarms.length - loud.length} alarms are quiet</summary>
        <ul class="quiet-alarms">
          {alarms
            .filter(({ state }) => state === "OK")
            .map((alarm) => (
              <li key={alarm.arn} title={alarm.reason}>
                <Status value={alarm.state} />
                <div>
                  <p>
                    <Arn arn={alarm.arn} label={alarm.name} />
                  </p>
                  <p class="muted">{alarm.description}</p>
                </div>
              </li>
            ))}
        </ul>
      </details>
    </Panel>
  );
}

const Runbook = () => (
  <p>
    <a href="/_console/operations.md" target="_blank" rel="noreferrer">
      What to do
    </a>{" "}
    <span class="muted">(docs/operations.md, "When an alarm fires")</span>
  </p>
);

function Mailbox({
  stackName,
  mails,
  topics,
  reload,
}: {
  stackName: string;
  mails: readonly MailItem[];
  topics: readonly string[];
  reload: () => void;
}) {
  const { busy, error, run } = useAction();
  const confirm = (topicArn: string, token: string) =>
    run(async () => {
      await act("confirm", { stack: stackName, topicArn, token });
      reload();
    });
  return (
    <Panel
      title="Inbox"
      actions={
        <span>
          {topics.map((arn) => (
            <Arn key={arn} arn={arn} />
          ))}
        </span>
      }
    >
      <Failure error={error} />
      {mails.length === 0 && (
        <Empty title="The topic has sent no mails yet.">
          <p>
            Subscribe an address in the program that deploys the topic, or with{" "}
            <code>aws sns subscribe --protocol email --notification-endpoint team@example.org --topic-arn …</code>.
            Nothing leaves this machine.
          </p>
        </Empty>
      )}
      <ul class="mails">
        {mails.map(({ time, to, subject, body, topicArn, token }, place) => (
          <li key={`${time} ${to} ${mails.length - place}`}>
            <details>
              <summary>
                <strong>{subject}</strong>{" "}
                <span class="muted">
                  to {to}, <Time at={time} />
                </span>
              </summary>
              <Lines label="Content">{body}</Lines>
            </details>
            {token !== undefined && (
              <button type="button" class="primary" disabled={busy} onClick={() => confirm(topicArn, token)}>
                Confirm the subscription of {to}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Logs({ stackName, groups }: { stackName: string; groups: Operations["logGroups"] }) {
  // At first the one with the most in it.
  const [group, setGroup] = useState([...groups].sort((a, b) => b.bytes - a.bytes)[0]?.name ?? "");
  const [pattern, setPattern] = useState("");
  const { data, error, reload } = useRead<LogLine[]>("/_console/api/logs", { stack: stackName, group, pattern });
  return (
    <Panel
      title="Logs"
      actions={
        <button type="button" onClick={reload}>
          Read again
        </button>
      }
    >
      <div class="toolbar">
        <label class="field">
          Log group
          <select value={group} onChange={({ currentTarget }) => setGroup(currentTarget.value)}>
            {groups.map(({ name, bytes: size }) => (
              <option key={name} value={name}>
                {name} ({formatBytes(size)})
              </option>
            ))}
          </select>
        </label>
        <label class="field grow">
          Text or filter pattern
          <input
            type="search"
            value={pattern}
            placeholder='error, or { $.level = "warn" }'
            onChange={({ currentTarget }) => setPattern(currentTarget.value)}
          />
        </label>
      </div>
      <Failure error={error} />
      {data?.length === 0 && <Empty title="No line in the last 24 hours matches." />}
      <LogLines group={group} lines={data ?? []} />
    </Panel>
  );
}
