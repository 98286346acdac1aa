import { defineService, type Host, type Service } from "../../host/service";
import { createStore } from "../../host/store";
import { groupHandlers } from "./operations/groups";
import { scheduleHandlers } from "./operations/schedules";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import { createRuns } from "./runs/runs";
import type { Schedules } from "./state/schedule";

/**
 * Amazon EventBridge Scheduler: cron, rate and one-time schedules that call a target as the
 * target's role.
 */
export function scheduler(host: Host): Service<"scheduler"> {
  const schedules = createStore((): Schedules => ({ groups: new Map(), schedules: new Map() }));
  const runs = createRuns(host);
  return defineService({
    name: "scheduler",
    iamPrefix: "scheduler",
    validationError: "ValidationException",
    permissions,
    handlers: {
      ...scheduleHandlers(host, schedules, runs),
      ...groupHandlers(host, schedules, runs),
      ...tagHandlers(host, schedules),
    },
  });
}
