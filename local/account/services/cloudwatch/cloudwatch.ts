import { defineService, type Host, type Service } from "../../host/service";
import { createStore } from "../../host/store";
import type { Alarm } from "./alarms/alarm";
import { createAlarmClock } from "./alarms/alarm-clock";
import { createSample, MetricStore } from "./metrics/metric-store";
import { alarmHandlers } from "./operations/alarms";
import { dashboardHandlers } from "./operations/dashboards";
import { metricHandlers } from "./operations/metrics";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";

/** CloudWatch: metrics of one-minute resolution, alarms on the account's clock, dashboards. */
export function cloudwatch(host: Host): Service<"cloudwatch"> {
  const metrics = createStore(() => new MetricStore());
  host.on("metric", ({ account, region, unit, values, ...metric }) => {
    metrics.of({ account, region }).add(metric, unit, host.clock.now(), createSample(values));
  });
  const alarms = createStore(() => new Map<string, Alarm>());
  const alarmClock = createAlarmClock(host, (alarm) => metrics.of(alarm));

  return defineService({
    name: "cloudwatch",
    iamPrefix: "cloudwatch",
    validationError: "ValidationError",
    permissions,
    handlers: {
      ...metricHandlers(host, metrics),
      ...alarmHandlers(host, alarms, alarmClock),
      ...tagHandlers(alarms),
      ...dashboardHandlers(host),
    },
  });
}
