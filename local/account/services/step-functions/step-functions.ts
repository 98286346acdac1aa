import { defineService, type Host, type Service } from "../../host/service";
import { createPool } from "./evaluation/pool";
import { createExecutions } from "./executions/execution";
import { executionHandlers } from "./operations/executions";
import { stateMachineHandlers } from "./operations/state-machines";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import { dropIfDeleted, type Machines } from "./state";

/**
 * AWS Step Functions: standard workflows in JSONata, run on the account's clock as the machine's role. JSONPath,
 * express workflows, versions, aliases, activities, task tokens, distributed maps and redrive return 501. `close` ends
 * the processes that evaluate expressions.
 */
export function sfn(host: Host): Service<"sfn"> & { close(): void } {
  const machines = host.store("step-functions/machines", (): Machines => ({ byArn: new Map(), executions: new Map() }));
  const pool = createPool();
  const executions = createExecutions(host, pool, (scope, { machine }) => dropIfDeleted(machines.of(scope), machine));
  host.onResume(() => {
    for (const [scope, { executions: known }] of machines.all()) {
      const interrupted = [...known.values()].filter(({ status }) => status === "RUNNING");
      for (const execution of interrupted) executions.abandon(scope, execution);
    }
  });
  const service = defineService({
    name: "sfn",
    iamPrefix: "states",
    validationError: "ValidationException",
    handlers: {
      ...stateMachineHandlers(host, machines, pool),
      ...executionHandlers(host, machines, executions),
      ...tagHandlers(machines),
    },
    permissions,
  });
  return { ...service, close: pool.close };
}
