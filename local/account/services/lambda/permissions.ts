import type { Call, Caller, Clients, Permission, Permissions } from "../../endpoint/service";
import { namedArn } from "./state/function";

type Named = { FunctionName?: string | undefined };

/** `lambda:<action>` on the function that the input names. */
function onFunction(action: string) {
  return (input: Named, call: Caller): Permission[] => [
    { action: `lambda:${action}`, resource: namedArn(call, input.FunctionName) },
  ];
}

const passRole = (role: string | undefined): Permission[] =>
  role === undefined
    ? []
    : [{ action: "iam:PassRole", resource: role, context: { "iam:PassedToService": "lambda.amazonaws.com" } }];

const onMapping = (action: string) => (input: { UUID?: string | undefined }, call: Call) => [
  {
    action: `lambda:${action}`,
    resource: `arn:aws:lambda:${call.region}:${call.account}:event-source-mapping:${input.UUID}`,
  },
];
const onResource = (action: string) => (input: { Resource?: string | undefined }) => [
  { action: `lambda:${action}`, resource: input.Resource ?? "*" },
];
const tagging = (tags: object | undefined, permission: Permission[]) =>
  tags && Object.keys(tags).length > 0 ? permission : [];

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions: Permissions<Clients["lambda"]> = {
  CreateFunction: (input, call) => [
    ...onFunction("CreateFunction")(input, call),
    ...tagging(input.Tags, onFunction("TagResource")(input, call)),
    ...passRole(input.Role),
  ],
  UpdateFunctionConfiguration: (input, call) => [
    ...onFunction("UpdateFunctionConfiguration")(input, call),
    ...passRole(input.Role),
  ],
  GetFunction: onFunction("GetFunction"),
  GetFunctionConfiguration: onFunction("GetFunctionConfiguration"),
  UpdateFunctionCode: onFunction("UpdateFunctionCode"),
  DeleteFunction: onFunction("DeleteFunction"),
  ListVersionsByFunction: onFunction("ListVersionsByFunction"),
  GetFunctionCodeSigningConfig: onFunction("GetFunctionCodeSigningConfig"),
  GetRuntimeManagementConfig: onFunction("GetRuntimeManagementConfig"),
  PutFunctionConcurrency: onFunction("PutFunctionConcurrency"),
  GetFunctionConcurrency: onFunction("GetFunctionConcurrency"),
  DeleteFunctionConcurrency: onFunction("DeleteFunctionConcurrency"),
  PutFunctionEventInvokeConfig: onFunction("PutFunctionEventInvokeConfig"),
  GetFunctionEventInvokeConfig: onFunction("GetFunctionEventInvokeConfig"),
  UpdateFunctionEventInvokeConfig: onFunction("UpdateFunctionEventInvokeConfig"),
  DeleteFunctionEventInvokeConfig: onFunction("DeleteFunctionEventInvokeConfig"),
  Invoke: onFunction("InvokeFunction"),
  AddPermission: onFunction("AddPermission"),
  RemovePermission: onFunction("RemovePermission"),
  GetPolicy: onFunction("GetPolicy"),
  CreateEventSourceMapping: (input, call) => [
    {
      action: "lambda:CreateEventSourceMapping",
      resource: "*",
      context: { "lambda:FunctionArn": namedArn(call, input.FunctionName) },
    },
  ],
  GetEventSourceMapping: onMapping("GetEventSourceMapping"),
  UpdateEventSourceMapping: onMapping("UpdateEventSourceMapping"),
  DeleteEventSourceMapping: onMapping("DeleteEventSourceMapping"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTags: onResource("ListTags"),
};
