// Keeps the SSM parameters of another program: their paths have only the stack's name, as in the
// original sample, and Pulumi would write over those that exist.
import type { ParameterStringFilter, SSM } from "@aws-sdk/client-ssm";
import * as pulumi from "@pulumi/pulumi";
import { type Access, createRoleCredentials } from "../dynamic-providers/service/access";
import { listParameters, projectTag } from "../names/layout";
import type { StackName } from "../names/physical-names";
import { pulumiCommand } from "../names/pulumi-command";
import type { StackConfig } from "./config/config";
import { describeModels } from "./config/models";
import { explainCause } from "./explain-cause";

/**
 * Throws when a parameter that the stack would write is of another owner. One without any tag is
 * the stack's own: the aws provider sets tags after it has written a parameter, so that an
 * interrupted `up` leaves such ones, and the next `up` continues.
 */
export async function requireOwnParameters(access: Access, name: StackName, config: StackConfig): Promise<void> {
  const { SSM } = await import("@aws-sdk/client-ssm");
  const ssm = new SSM({ ...access.clients?.ssm, ...createRoleCredentials(access) });
  const paths = listPaths(name.stack, config);
  const other = await findOther(ssm, name, paths).catch((error: Error) => {
    throw new pulumi.RunError(
      explainCause(error) ?? `The SSM parameters of the stack cannot be read: ${error.message}`,
    );
  });
  if (other !== undefined) throw new pulumi.RunError(describeOther(name, other));
}

/** Lists the parameters that the stack may write. */
function listPaths(stack: string, config: StackConfig): ReadonlySet<string> {
  const models = describeModels(config);
  const paths = Object.values(listParameters(stack)).flatMap((path) =>
    typeof path === "string" ? path : models.map(({ name }) => path(name)),
  );
  return new Set(paths);
}

/** Describes one of the parameters that has the tags of another owner, and its owner. */
async function findOther(ssm: SSM, { project, stack }: StackName, paths: ReadonlySet<string>) {
  const own = new Set(await listNames(ssm, stack, { Key: `tag:${projectTag}`, Values: [project] }));
  const others = (await listNames(ssm, stack)).filter((path) => paths.has(path) && !own.has(path));
  for (const path of others) {
    const { TagList = [] } = await ssm.listTagsForResource({ ResourceType: "Parameter", ResourceId: path });
    const owner = TagList.find(({ Key }) => Key === projectTag)?.Value;
    if (TagList.length === 0 || owner === project) continue;
    const tags = TagList.map(({ Key, Value }) => `${Key}=${Value}`).join(", ");
    return { path, owner: owner === undefined ? `an owner with other tags (${tags})` : `the project "${owner}"` };
  }
  return undefined;
}

/** Lists the names of the parameters below the stack's path, of those that pass the filters. */
async function listNames(client: SSM, stack: string, ...filters: ParameterStringFilter[]): Promise<string[]> {
  const { paginateDescribeParameters } = await import("@aws-sdk/client-ssm");
  const below = { Key: "Name", Option: "BeginsWith", Values: [`${listParameters(stack).prefix}/`] };
  const pages = paginateDescribeParameters({ client, pageSize: 50 }, { ParameterFilters: [below, ...filters] });
  const names: string[] = [];
  for await (const { Parameters = [] } of pages) names.push(...Parameters.map(({ Name = "" }) => Name));
  return names;
}

const describeOther = ({ project, stack }: StackName, { path, owner }: { path: string; owner: string }) =>
  `The stack "${stack}" of the project "${project}" cannot have the SSM parameter ${path}: it is of ${owner}. Nothing was ` +
  `changed. In one account and Region, stacks of two projects need two names: ${pulumiCommand()} stack init NAME. If ` +
  `the other owner is gone, delete the parameters below ${listParameters(stack).prefix}.`;
