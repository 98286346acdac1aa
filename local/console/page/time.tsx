import { useState } from "preact/hooks";
import type { Schedule } from "../messages";
import { send, useAction, useMessage, useRead } from "./account";
import { Faults } from "./faults";
import { Badge, Failure, formatTime, Panel, Time } from "./parts";
import type { ViewProps } from "./view";

export function TimeView({ stack }: ViewProps) {
  return (
    <div class="stack">
      <ClockPanel stack={stack} />
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

function ClockPanel({ stack }: Pick<ViewProps, "stack">) {
  const { data, reload } = useRead<{ now: string; speed: number }>("/_local/clock");
  const schedules = useRead<Schedule[]>("/_console/api/schedules", {}, ({ service }) => service === "scheduler");
  const { busy, error, run } = useAction();
  const [said, setSaid] = useState("");
  useMessage("clock", () => reload());
  const change = (body: object, what: string) =>
    run(async () => {
      setSaid(`${what} …`);
      const { now } = await send<{ now: string }>("POST", "/_local/clock", body);
      setSaid(`The account's clock is at ${formatTime(now)}.`);
      schedules.reload();
    });
  return (
    <Panel
      title="Clock"
      actions={data && <Badge tone="accent">{data.speed === 0 ? "stopped" : `${data.speed} × real time`}</Badge>}
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
        {schedules.data?.map(
          ({ name, arn, next }) =>
            next !== undefined && (
              <button
                type="button"
                key={arn}
                class="primary"
                disabled={busy}
                onClick={() => change({ to: next }, `Jumping to ${formatTime(next)}`)}
              >
                to {name.replace(`${stack.prefix}-`, "")} (<Time at={next} />)
              </button>
            ),
        )}
      </fieldset>
      <p class="muted">
        A jump runs everything that is due on the way: schedules, buffers, alarms, trainings. The clock never goes back.
      </p>
    </Panel>
  );
}
