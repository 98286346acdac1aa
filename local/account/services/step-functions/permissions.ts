import { arnIn } from "../../aws/arn";
import { onAny, passRole } from "../../host/permission";
import type { Call, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";

const on = (action: string, resource: string | undefined) => ({
  action: `states:${action}`,
  resource: resource ?? "*",
});

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions = {
  CreateStateMachine: ({ name, roleArn, tags = [] }, call: Call) => {
    const arn = arnIn(call, "states", `stateMachine:${name}`);
    const tagging = tags.length > 0 ? [on("TagResource", arn)] : [];
    return [on("CreateStateMachine", arn), ...tagging, ...passRole(roleArn, "states.amazonaws.com")];
  },
  UpdateStateMachine: ({ stateMachineArn, roleArn }) => [
    on("UpdateStateMachine", stateMachineArn),
    ...passRole(roleArn, "states.amazonaws.com"),
  ],
  // The action has no resource type; AWS's refusals name every state machine
  // (hashicorp/terraform-provider-aws#39472).
  ValidateStateMachineDefinition: (_input, call) => [
    on("ValidateStateMachineDefinition", arnIn(call, "states", "stateMachine:*")),
  ],
  DescribeStateMachine: ({ stateMachineArn }) => [on("DescribeStateMachine", stateMachineArn)],
  ListStateMachineVersions: ({ stateMachineArn }) => [on("ListStateMachineVersions", stateMachineArn)],
  DeleteStateMachine: ({ stateMachineArn }) => [on("DeleteStateMachine", stateMachineArn)],
  StartExecution: ({ stateMachineArn }) => [on("StartExecution", stateMachineArn)],
  StopExecution: ({ executionArn }) => [on("StopExecution", executionArn)],
  DescribeExecution: ({ executionArn }) => [on("DescribeExecution", executionArn)],
  ListExecutions: ({ stateMachineArn }) => [on("ListExecutions", stateMachineArn)],
  GetExecutionHistory: ({ executionArn }) => [on("GetExecutionHistory", executionArn)],
  TagResource: ({ resourceArn }) => [on("TagResource", resourceArn)],
  UntagResource: ({ resourceArn }) => [on("UntagResource", resourceArn)],
  ListTagsForResource: ({ resourceArn }) => [on("ListTagsForResource", resourceArn)],
  ListStateMachines: onAny("states:ListStateMachines"),
} satisfies Partial<Permissions<Clients["sfn"]>>;
