import { useState } from "preact/hooks";
import type { Alarm, LogLine, MailItem, Operations, RequestItem, Schedule } from "../messages";
import { act, useAction, useRead } from "./account";
import { Chart } from "./chart";
import { LogLines } from "./log-lines";
import { Arn, Badge, Empty, Failure, formatBytes, Lines, Loading, Panel, Status, TextField, Time } from "./parts";
import type { ViewProps } from "./view";

const refreshes = ({ service, operation }: RequestItem) =>
  service === "sns" || (service === "cloudwatch" && !/^(Get|Describe|List)/.test(operation)) || operation === "Invoke";

export function OperationsView({ stack }: ViewProps) {
  const [onlyStack, setOnlyStack] = useState(false);
  const query = onlyStack ? { stack: stack.name } : {};
  const where = onlyStack ? `in the stack ${stack.name}` : "in the account";
  const { data, error, reload } = useRead<Operations>("/_console/api/operations", query, refreshes);
  const schedules = useRead<Schedule[]>("/_console/api/schedules", query, ({ service }) => service === "scheduler");
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <div class="stack">
      {stack.name !== "" && (
        <label>
          <input
            type="checkbox"
            checked={onlyStack}
            onChange={({ currentTarget }) => setOnlyStack(currentTarget.checked)}
          />{" "}
          Only what belongs to the stack {stack.name}
        </label>
      )}
      <Failure error={error ?? schedules.error} />
      <Alarms alarms={data.alarms} where={where} />
      <Mailbox mails={data.mails} topics={data.topics} where={where} reload={reload} />
      <Panel title="Dashboards" actions={<span class="muted">last 24 hours of the account's clock</span>}>
        <div class="charts">
          {data.charts.map(({ title, times, lines }, place) => (
            <Chart key={`${place} ${title}`} title={title} times={times} lines={lines} height={140} />
          ))}
        </div>
        {data.charts.length + data.leftOut.length === 0 && <Empty title={`No dashboard ${where} has a chart.`} />}
        <LeftOut parts={data.leftOut} />
      </Panel>
      {schedules.data && <Schedules schedules={schedules.data} where={where} />}
      <Logs groups={data.logGroups} where={where} />
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

function Alarms({ alarms, where }: { alarms: readonly Alarm[]; where: string }) {
  const ringing = alarms.filter(({ state }) => state === "ALARM").length;
  const quiet = alarms.filter(({ state }) => state === "OK");
  const loud = alarms.filter(({ state }) => state !== "OK").sort((a, b) => (a.state < b.state ? -1 : 1));
  return (
    <Panel
      title="Alarms"
      actions={
        alarms.length > 0 && (
          <Badge tone={ringing > 0 ? "bad" : "good"}>{ringing > 0 ? `${ringing} in alarm` : "none in alarm"}</Badge>
        )
      }
    >
      {alarms.length === 0 && <Empty title={`There are no alarms ${where}.`} />}
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
            </div>
          </li>
        ))}
      </ul>
      {quiet.length > 0 && (
        <details>
          <summary>{quiet.length === 1 ? "1 alarm is" : `${quiet.length} alarms are`} quiet</summary>
          <ul class="quiet-alarms">
            {quiet.map((alarm) => (
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
      )}
    </Panel>
  );
}

function Mailbox({
  mails,
  topics,
  where,
  reload,
}: {
  mails: readonly MailItem[];
  topics: readonly string[];
  where: string;
  reload: () => void;
}) {
  const { busy, error, run } = useAction();
  const confirm = (topicArn: string, token: string) =>
    run(async () => {
      await act("confirm", { topicArn, token });
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
        <Empty title={topics.length === 0 ? `There are no topics ${where}.` : "No topic has sent a mail yet."}>
          <p>
            Subscribe an address to a topic in the program that deploys it, or with{" "}
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

function Schedules({ schedules, where }: { schedules: readonly Schedule[]; where: string }) {
  return (
    <Panel title="Schedules">
      {schedules.length === 0 && <Empty title={`There are no schedules ${where}.`} />}
      <ul>
        {schedules.map(({ name, arn, expression, next }) => (
          <li key={arn}>
            <Arn arn={arn} label={name} /> <code>{expression}</code>
            {next !== undefined && (
              <span class="muted">
                {" "}
                next: <Time at={next} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Logs({ groups, where }: { groups: Operations["logGroups"]; where: string }) {
  if (groups.length > 0) return <LogSearch groups={groups} />;
  return (
    <Panel title="Logs">
      <Empty title={`There are no log groups ${where}.`} />
    </Panel>
  );
}

function LogSearch({ groups }: { groups: Operations["logGroups"] }) {
  const [chosen, setChosen] = useState("");
  const [pattern, setPattern] = useState("");
  // At first the one with the most in it.
  const [first] = [...groups].sort((a, b) => b.bytes - a.bytes);
  const { name: group = "", arn = "" } = groups.find((each) => each.arn === chosen) ?? first ?? {};
  const { data, error, reload } = useRead<LogLine[]>("/_console/api/logs", { arn, group, pattern });
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
          <select value={arn} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
            {groups.map(({ name, arn, bytes }) => (
              <option key={arn} value={arn}>
                {name} ({formatBytes(bytes)})
              </option>
            ))}
          </select>
        </label>
        <TextField
          label="Text or filter pattern"
          value={pattern}
          placeholder='error, or { $.level = "warn" }'
          change={setPattern}
        />
      </div>
      <Failure error={error} />
      {data?.length === 0 && <Empty title="No line in the last 24 hours matches." />}
      <LogLines group={group} lines={data ?? []} />
    </Panel>
  );
}
