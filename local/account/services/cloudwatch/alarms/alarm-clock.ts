import type { Host } from "../../../host/service";
import type { Timer } from "../../../time/clock";
import { answerQueries } from "../metrics/metric-query";
import { type MetricStore, minute } from "../metrics/metric-store";
import { type Alarm, alarmPeriod, queriesOf } from "./alarm";
import { evaluationRange, judge } from "./judge";
import { changeState } from "./transition";

/**
 * Alarms with long periods are evaluated this often; each evaluation reads the periods that end at
 * that moment.
 */
const longestInterval = 5 * minute;

/** Evaluates alarms on the clock and acts on transitions. */
export interface AlarmClock {
  /** Starts the evaluation of an alarm, or starts it again after a change. */
  schedule(alarm: Alarm): void;
  /** Ends the evaluation of an alarm. */
  stop(alarm: Alarm): void;
}

/** Creates the evaluation of alarms. */
export function createAlarmClock(host: Host, metrics: (alarm: Alarm) => MetricStore): AlarmClock {
  const { clock } = host;
  const timers = new WeakMap<Alarm, Timer>();

  /**
   * Evaluates at the end of each minute, or of every fifth for periods of five minutes and more.
   */
  const schedule = (alarm: Alarm) => {
    timers.get(alarm)?.cancel();
    const interval = Math.min(alarmPeriod(alarm.input), longestInterval);
    const due = (Math.floor(clock.now() / interval) + 1) * interval;
    const timer = clock.at(due, `cloudwatch: alarm ${alarm.name}`, () => {
      schedule(alarm);
      return evaluate(host, metrics(alarm), alarm, due);
    });
    timers.set(alarm, timer);
  };

  return {
    schedule,
    stop: (alarm) => timers.get(alarm)?.cancel(),
  };
}

async function evaluate(host: Host, metrics: MetricStore, alarm: Alarm, now: number): Promise<void> {
  const period = alarmPeriod(alarm.input);
  const count = evaluationRange(alarm.input);
  const range = { from: now - count * period, to: now };
  const queries = queriesOf(alarm.input);
  const returned = queries.find(({ ReturnData }) => ReturnData !== false)?.Id ?? "";
  const series = answerQueries(metrics, queries, range).get(returned);
  const points = Array.from({ length: count }, (_, i) => series?.get(range.from + i * period));
  const { state, reason, recent } = judge(alarm.input, points);
  if (state === "unchanged" || state === alarm.state) return;
  const data = {
    version: "1.0",
    queryDate: new Date(now).toISOString(),
    ...(alarm.input.Statistic !== undefined && { statistic: alarm.input.Statistic }),
    period: period / 1000,
    recentDatapoints: recent,
    threshold: alarm.input.Threshold,
  };
  await changeState(host, alarm, state, reason, JSON.stringify(data));
}
