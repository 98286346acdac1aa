// Keeps the SSM parameters of another program: their paths have only the stack's name, as in the
// original sample, and Pulumi would write over those that exist.
import type { ParameterStringFilter, SSM } from "@aws-sdk/client-ssm";
import * as pulumi from "@pulumi/pulumi";
import { type Access, createRoleCredentials } from "../dynamic-providers/service/access";
import { listParameters, projectTag } from "../names/layout";
import type { StackName } from "../names/physical-names";
import { pulumiCommand } from "../names/pulumi-command";
import type { StackConfig } from "./config/config";
import { listModels } from "./config/models";
import { explainAccessError } from "./explain-access-error";

/**
 * Throws when a parameter that the stack would write is of another owner, or has no tag, so that
 * nothing says whose it is. Returns the stack's own paths, which an `up` that was interrupted may
 * have left: the aws provider creates a parameter together with its tags.
 */
export async function requireOwnParameters(
  access: Access,
  name: StackName,
  config: StackConfig,
): Promise<ReadonlySet<string>> {
  const { SSM } = await import("@aws-sdk/client-ssm");
  const ssm = new SSM({ ...access.clients?.ssm, ...createRoleCredentials(access) });
  const paths = listPaths(name.stack, config);
  const { own, other } = await findOwners(ssm, name, paths).catch((error: Error) => {
    throw new pulumi.RunError(
      explainAccessError(error) ?? `The SSM parameters of the stack cannot be read: ${error.message}`,
    );
  });
  if (other !== undefined) throw new pulumi.RunError(describeOther(name, other));
  return own;
}

/** Lists the parameters that the stack may write. */
function listPaths(stack: string, config: StackConfig): ReadonlySet<string> {
  const models = listModels(config);
  const paths = Object.values(listParameters(stack)).flatMap((path) =>
    typeof path === "string" ? path : models.map(({ name }) => path(name)),
  );
  return new Set(paths);
}

interface Other {
  readonly path: string;
  /** Undefined: it has no tags. */
  readonly owner: string | undefined;
}

/** Finds the stack's own parameters, and one that is not, with its owner. */
async function findOwners(
  ssm: SSM,
  { project, stack }: StackName,
  paths: ReadonlySet<string>,
): Promise<{ own: ReadonlySet<string>; other?: Other }> {
  const own = new Set(await listNames(ssm, stack, { Key: `tag:${projectTag}`, Values: [project] }));
  const others = (await listNames(ssm, stack)).filter((path) => paths.has(path) && !own.has(path));
  for (const path of others) {
    const { TagList = [] } = await ssm.listTagsForResource({ ResourceType: "Parameter", ResourceId: path });
    const owner = TagList.find(({ Key }) => Key === projectTag)?.Value;
    if (owner === project) {
      own.add(path);
      continue;
    }
    const tags = TagList.map(({ Key, Value }) => `${Key}=${Value}`).join(", ");
    const named = owner === undefined ? `an owner with other tags (${tags})` : `the project "${owner}"`;
    return { own, other: { path, owner: TagList.length === 0 ? undefined : named } };
  }
  return { own };
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

function describeOther({ project, stack }: StackName, { path, owner }: Other): string {
  const cannot = `The stack "${stack}" of the project "${project}" cannot have the SSM parameter ${path}: it`;
  if (owner === undefined) {
    return (
      `${cannot} has no tags, so nothing says whose it is. Nothing was changed. If no one needs it, delete it: ` +
      `aws ssm delete-parameter --name ${path}. If it is this stack's: aws ssm add-tags-to-resource --resource-type ` +
      `Parameter --resource-id ${path} --tags Key=${projectTag},Value=${project}`
    );
  }
  return (
    `${cannot} is of ${owner}. Nothing was changed. In one account and Region, stacks of two projects need two names: ` +
    `${pulumiCommand()} stack init NAME. If the other owner is gone, delete the parameters below ${listParameters(stack).prefix}.`
  );
}
