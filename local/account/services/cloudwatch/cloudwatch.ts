import type { Host, Service } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { alarmHandlers } from "./alarm-handlers";
import { dashboardHandlers } from "./dashboards";
import { metricHandlers } from "./metric-handlers";
import { createMetricStore, single } from "./metric-store";
import { permissions } from "./permissions";

/** CloudWatch: metrics of one-minute resolution, alarms on the account's clock, dashboards. */
export function cloudwatch(host: Host): Service<"cloudwatch"> {
  const metrics = host.store(createMetricStore);
  host.on("metric", ({ account, region, unit, value, ...metric }) => {
    metrics.of({ account, region }).add(metric, unit, host.clock.now(), single(value));
  });

  return defineService({
    name: "cloudwatch",
    iamPrefix: "cloudwatch",
    validationError: "ValidationError",
    permissions,
    handlers: { ...metricHandlers(host, metrics), ...alarmHandlers(host, metrics), ...dashboardHandlers(host) },
  });
}
