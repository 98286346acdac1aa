import { defineService, type Host, type Service } from "../../host/service";
import { createStore } from "../../host/store";
import { createExecutions } from "./executions/execution";
import { executionHandlers } from "./operations/executions";
import { stateMachineHandlers } from "./operations/state-machines";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import { dropIfDeleted, type Machines } from "./state";

/**
 * AWS Step Functions: standard workflows in JSONata, run on the account's clock as the machine's
 * role. JSONPath, express workflows, versions, aliases, activities, task tokens, distributed maps
 * and redrive return 501.
 */
export function sfn(host: Host): Service<"sfn"> {
  const machines = createStore((): Machines => ({ byArn: new Map(), executions: new Map() }));
  const executions = createExecutions(host, (scope, { machine }) => dropIfDeleted(machines.of(scope), machine));
  return defineService({
    name: "sfn",
    iamPrefix: "states",
    validationError: "ValidationException",
    handlers: {
      ...stateMachineHandlers(host, machines),
      ...executionHandlers(host, machines, executions),
      ...tagHandlers(machines),
    },
    permissions,
  });
}
