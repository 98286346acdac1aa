import { parseArn } from "../../aws/arn";
import { onAny } from "../../host/permission";
import type { Caller, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { parameterArn, readSelector } from "./state/parameter";

/** Without the version; an ARN keeps its account and Region. */
const nameOf = (given = "") => {
  const { name, selector = "" } = readSelector(given);
  return parseArn(given) ? given.slice(0, given.length - selector.length) : name;
};
const onName = (operation: string) => (input: { Name?: string | undefined }, call: Caller) => [
  { action: `ssm:${operation}`, resource: parameterArn(call, nameOf(input.Name)) },
];
const onResource = (operation: string) => (input: { ResourceId?: string | undefined }, call: Caller) => [
  { action: `ssm:${operation}`, resource: parameterArn(call, input.ResourceId) },
];

/**
 * Actions and resources as the Service Authorization Reference lists them; DescribeParameters has
 * none.
 */
export const permissions = {
  PutParameter: onName("PutParameter"),
  GetParameter: onName("GetParameter"),
  GetParameters: ({ Names = [] }, call) =>
    Names.map((name) => ({ action: "ssm:GetParameters", resource: parameterArn(call, nameOf(name)) })),
  GetParameterHistory: onName("GetParameterHistory"),
  GetParametersByPath: (input, call) => [
    { action: "ssm:GetParametersByPath", resource: parameterArn(call, input.Path) },
  ],
  DeleteParameter: onName("DeleteParameter"),
  AddTagsToResource: onResource("AddTagsToResource"),
  RemoveTagsFromResource: onResource("RemoveTagsFromResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
  DescribeParameters: onAny("ssm:DescribeParameters"),
} satisfies Partial<Permissions<Clients["ssm"]>>;
