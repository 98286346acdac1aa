import { useState } from "preact/hooks";
import type { Clock, Fault, Health } from "../messages";
import { send, useAction, useMessage, useRead } from "./account";
import type { ViewProps } from "./app";
import { Badge, Empty, Failure, number, Panel, Time } from "./parts";

export function TimeView({ stack }: ViewProps) {
  return (
    <div class="stack">
      <ClockPanel stackName={stack.name} />
      <Faults />
    </div>
  );
}

const speeds = [0, 1, 10, 60, 600];
const jumps = [
  ["1 minute", 60_000],
  ["15 minutes", 900_000],
  ["1 hour", 3_600_000],
  ["1 day", 86_400_000],
] as const;

function ClockPanel({ stackName }: { stackName: string }) {
  const { data, reload } = useRead<{ now: string; speed: number }>("/_local/clock");
  const schedules = useRead<Clock["nextSchedules"]>("/_console/api/schedules", { stack: stackName });
  const { busy, error, run } = useAction();
  const [said, setSaid] = useState("");
  useMessage("clock", () => reload());
  const change = (body: object, what: string) =>
    run(async () => {
      setSaid(`${what} …`);
      const { now } = await send<{ now: string }>("POST", "/_local/clock", body);
      setSaid(`The account's clock is at ${now}.`);
      schedules.reload();
    });
  return (
    <Panel
      title="Clock"
      actions={data && <Badge tone="accent">{data.speed === 0 ? "stands still" : `${data.speed} × real time`}</Badge>}
    >
      <Failure error={error} />
      <p class="status" role="status" aria-live="polite">
        {said}
      </p>
      <fieldset class="buttons">
        <legend>Speed</legend>
        {speeds.map((speed) => (
          <button
            type="button"
            key={speed}
            aria-pressed={data?.speed === speed}
            disabled={busy}
            onClick={() => change({ speed }, `Set the speed to ${speed}`)}
          >
            {speed === 0 ? "stop" : `${speed} ×`}
          </button>
        ))}
      </fieldset>
      <fieldset class="buttons">
        <legend>Jump ahead</legend>
        {jumps.map(([name, advanceMilliseconds]) => (
          <button
            type="button"
            key={name}
            disabled={busy}
            onClick={() => change({ advanceMilliseconds }, `Jumping ${name} ahead`)}
          >
            {name}
          </button>
        ))}
        {schedules.data?.map(({ name, at }) => (
          <button
            type="button"
            key={name}
            class="primary"
            disabled={busy}
            onClick={() => change({ to: at }, `Jumping to ${at}`)}
          >
            to {name.replace(`recommender-${stackName}-`, "")} (<Time at={at} />)
          </button>
        ))}
      </fieldset>
      <p class="muted">
        A jump runs everything that is due on the way: schedules, buffers, alarms, trainings. The clock never goes back.
      </p>
    </Panel>
  );
}

const presets: readonly { readonly name: string; readonly fault: Omit<Fault, "id" | "left"> }[] = [
  {
    name: "The campaign is throttled (fallback answers)",
    fault: {
      service: "personalize-runtime",
      operation: "GetRecommendations",
      code: "ThrottlingException",
      message: "Rate exceeded",
      status: 429,
      times: 10,
    },
  },
  {
    name: "PutEvents fails (the batch is retried)",
    fault: {
      service: "personalize-events",
      operation: "PutEvents",
      code: "InternalServerException",
      message: "Internal failure",
      status: 500,
      times: 3,
    },
  },
  {
    name: "The training is refused",
    fault: {
      service: "personalize",
      operation: "CreateSolutionVersion",
      code: "LimitExceededException",
      message: "Too many solution versions.",
      times: 1,
    },
  },
  {
    name: "The stream is full",
    fault: {
      service: "kinesis",
      operation: "PutRecord",
      code: "ProvisionedThroughputExceededException",
      message: "Rate exceeded for shard.",
      times: 5,
    },
  },
];

function Faults() {
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
          <p>Add one below, then watch what the system does with it.</p>
        </Empty>
      )}
      <ul class="faults" aria-label="Waiting faults" aria-live="polite">
        {data?.faults.map(({ id, service, operation, code, message, left }) => (
          <li key={id}>
            <span>
              <strong>
                {service} {operation}
              </strong>{" "}
              answers <code>{code}</code>: {message}
            </span>
            <span class="badges">
              <Badge tone="warn">{number(left)} left</Badge>
              <button
                type="button"
                aria-label={`Remove the fault of ${service} ${operation}`}
                onClick={() => remove(id)}
              >
                Remove
              </button>
            </span>
          </li>
        ))}
      </ul>
      <AddFault />
    </Panel>
  );
}

function AddFault() {
  const { data } = useRead<Health>("/_local/health");
  const { busy, error, run } = useAction();
  const [fault, setFault] = useState<Omit<Fault, "id" | "left">>(
    presets[0]?.fault ?? { service: "", operation: "", code: "", message: "" },
  );
  const text = (name: "operation" | "code" | "message", label: string) => (
    <label class="field">
      {label}
      <input
        required
        value={fault[name]}
        onInput={({ currentTarget }) => setFault({ ...fault, [name]: currentTarget.value })}
      />
    </label>
  );
  const submit = (event: Event) => {
    event.preventDefault();
    run(() => send("POST", "/_local/faults", fault));
  };
  return (
    <form class="fault-form" onSubmit={submit}>
      <h3>Add a fault</h3>
      <label class="field wide">
        Begin with
        <select onChange={({ currentTarget }) => setFault(presets[Number(currentTarget.value)]?.fault ?? fault)}>
          {presets.map(({ name }, place) => (
            <option key={name} value={place}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Service
        <select
          value={fault.service}
          onChange={({ currentTarget }) => setFault({ ...fault, service: currentTarget.value })}
        >
          {data?.services.map((service) => (
            <option key={service}>{service}</option>
          ))}
        </select>
      </label>
      {text("operation", "Operation")}
      {text("code", "Error code")}
      {text("message", "Message")}
      <label class="field">
        Calls that fail
        <input
          type="number"
          min={1}
          max={1_000_000}
          value={fault.times ?? 1}
          onInput={({ currentTarget }) => setFault({ ...fault, times: Number(currentTarget.value) })}
        />
      </label>
      <Failure error={error} />
      <button type="submit" class="primary" disabled={busy}>
        Add the fault
      </button>
    </form>
  );
}
