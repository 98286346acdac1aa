import type { Call, Clients, Host, Permissions, Service } from "../../endpoint/service";
import { createPool } from "./evaluation/pool";
import { createExecutions } from "./executions/execution";
import { executionOperations } from "./operations/executions";
import { machineOperations } from "./operations/state-machines";
import { dropIfDeleted, type Machines } from "./state-machine";

/**
 * AWS Step Functions: standard workflows in JSONata, run on the account's clock as the machine's role. JSONPath, express
 * workflows, versions, aliases, activities, task tokens, distributed maps and redrive answer 501. `close` ends the processes that evaluate expressions.
 */
export function sfn(host: Host): Service<"sfn"> & { close(): void } {
  const machines = host.store((): Machines => ({ byArn: new Map(), executions: new Map() }));
  const pool = createPool();
  const executions = createExecutions(host, pool, (place, { machine }) => dropIfDeleted(machines.of(place), machine));
  return {
    name: "sfn",
    iamPrefix: "states",
    validationError: "ValidationException",
    handlers: { ...machineOperations(host, machines, pool), ...executionOperations(host, machines, executions) },
    permissions,
    close: pool.close,
  };
}

const on = (action: string, resource: string | undefined) => ({
  action: `states:${action}`,
  resource: resource ?? "*",
});
const passRole = (roleArn: string | undefined) =>
  roleArn === undefined
    ? []
    : [{ action: "iam:PassRole", resource: roleArn, context: { "iam:PassedToService": "states.amazonaws.com" } }];

const permissions: Permissions<Clients["sfn"]> = {
  CreateStateMachine: ({ name, roleArn, tags = [] }, { region, account }: Call) => {
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    const tagging = tags.length > 0 ? [on("TagResource", arn)] : [];
    return [on("CreateStateMachine", arn), ...tagging, ...passRole(roleArn)];
  },
  UpdateStateMachine: ({ stateMachineArn, roleArn }) => [
    on("UpdateStateMachine", stateMachineArn),
    ...passRole(roleArn),
  ],
  // The action has no resource type; AWS's refusals name every state machine (hashicorp/terraform-provider-aws#39472).
  ValidateStateMachineDefinition: (_input, { region, account }) => [
    on("ValidateStateMachineDefinition", `arn:aws:states:${region}:${account}:stateMachine:*`),
  ],
  DescribeStateMachine: ({ stateMachineArn }) => [on("DescribeStateMachine", stateMachineArn)],
  ListStateMachineVersions: ({ stateMachineArn }) => [on("ListStateMachineVersions", stateMachineArn)],
  ListStateMachineAliases: ({ stateMachineArn }) => [on("ListStateMachineAliases", stateMachineArn)],
  DeleteStateMachine: ({ stateMachineArn }) => [on("DeleteStateMachine", stateMachineArn)],
  StartExecution: ({ stateMachineArn }) => [on("StartExecution", stateMachineArn)],
  StopExecution: ({ executionArn }) => [on("StopExecution", executionArn)],
  DescribeExecution: ({ executionArn }) => [on("DescribeExecution", executionArn)],
  ListExecutions: ({ stateMachineArn }) => [on("ListExecutions", stateMachineArn)],
  GetExecutionHistory: ({ executionArn }) => [on("GetExecutionHistory", executionArn)],
  DescribeStateMachineForExecution: ({ executionArn }) => [on("DescribeStateMachineForExecution", executionArn)],
  TagResource: ({ resourceArn }) => [on("TagResource", resourceArn)],
  UntagResource: ({ resourceArn }) => [on("UntagResource", resourceArn)],
  ListTagsForResource: ({ resourceArn }) => [on("ListTagsForResource", resourceArn)],
};
