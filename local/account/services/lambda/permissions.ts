import { arnIn } from "../../aws/arn";
import { onAny, passRole } from "../../host/permission";
import type { Call, Caller, Permission, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { type FunctionReference, namedArn, qualifiedArn } from "./state/function-name";
import type { MappingStore } from "./state/stream-mapping";

type Named = { FunctionName?: string | undefined };

/** `lambda:<action>` on the function that the input names. */
function onFunction(action: string) {
  return (input: Named, call: Caller): Permission[] => [
    { action: `lambda:${action}`, resource: namedArn(call, input.FunctionName) },
  ];
}

/**
 * `lambda:<action>` on the function that the input names, with the qualifier if it has one (Service
 * Authorization Reference).
 */
function onQualified(action: string) {
  return (input: FunctionReference, call: Caller): Permission[] => [
    { action: `lambda:${action}`, resource: qualifiedArn(call, input) },
  ];
}

/** With the function of the mapping, if there is one (Service Authorization Reference). */
const onMapping =
  (mappings: MappingStore, action: string) =>
  ({ UUID = "" }: { UUID?: string | undefined }, call: Call): Permission[] => {
    const functionName = mappings.of(call).get(UUID)?.settings.functionName;
    return [
      {
        action: `lambda:${action}`,
        resource: arnIn(call, "lambda", `event-source-mapping:${UUID}`),
        ...(functionName !== undefined && { context: { "lambda:FunctionArn": namedArn(call, functionName) } }),
      },
    ];
  };
const onResource = (action: string) => (input: { Resource?: string | undefined }) => [
  { action: `lambda:${action}`, resource: input.Resource ?? "*" },
];
const tagging = (tags: object | undefined, permission: Permission[]) =>
  tags && Object.keys(tags).length > 0 ? permission : [];

/** Actions and resources as the Service Authorization Reference lists them. */
export const lambdaPermissions = (mappings: MappingStore) => ({
  ...functionPermissions,
  ...mappingPermissions(mappings),
});

const functionPermissions = {
  CreateFunction: (input, call) => [
    ...onFunction("CreateFunction")(input, call),
    ...tagging(input.Tags, onFunction("TagResource")(input, call)),
    ...passRole(input.Role, "lambda.amazonaws.com"),
  ],
  UpdateFunctionConfiguration: (input, call) => [
    ...onFunction("UpdateFunctionConfiguration")(input, call),
    ...passRole(input.Role, "lambda.amazonaws.com"),
  ],
  GetFunction: onQualified("GetFunction"),
  GetFunctionConfiguration: onQualified("GetFunctionConfiguration"),
  UpdateFunctionCode: onFunction("UpdateFunctionCode"),
  DeleteFunction: onQualified("DeleteFunction"),
  ListFunctions: onAny("lambda:ListFunctions"),
  GetAccountSettings: onAny("lambda:GetAccountSettings"),
  ListVersionsByFunction: onFunction("ListVersionsByFunction"),
  GetFunctionCodeSigningConfig: onFunction("GetFunctionCodeSigningConfig"),
  PutFunctionConcurrency: onFunction("PutFunctionConcurrency"),
  GetFunctionConcurrency: onFunction("GetFunctionConcurrency"),
  DeleteFunctionConcurrency: onFunction("DeleteFunctionConcurrency"),
  Invoke: onQualified("InvokeFunction"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTags: onResource("ListTags"),
} satisfies Partial<Permissions<Clients["lambda"]>>;

const mappingPermissions = (mappings: MappingStore) =>
  ({
    CreateEventSourceMapping: (input, call) => [
      {
        action: "lambda:CreateEventSourceMapping",
        resource: "*",
        context: { "lambda:FunctionArn": namedArn(call, input.FunctionName) },
      },
    ],
    ListEventSourceMappings: onAny("lambda:ListEventSourceMappings"),
    GetEventSourceMapping: onMapping(mappings, "GetEventSourceMapping"),
    UpdateEventSourceMapping: onMapping(mappings, "UpdateEventSourceMapping"),
    DeleteEventSourceMapping: onMapping(mappings, "DeleteEventSourceMapping"),
  }) satisfies Partial<Permissions<Clients["lambda"]>>;
