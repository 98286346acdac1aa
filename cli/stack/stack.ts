import { z } from "zod";
import type { Placement } from "../../contract";
import { listParameters, parameterRoot, projectTag } from "../../names/layout";
import { pulumiCommand } from "../../names/pulumi-command";
import { quoteForShell } from "../../names/shell";
import { type OpenStack, openStack } from "./account";
import { type Calls, createAws, listAll } from "./aws";
import { fetchServiceTime } from "./service-time";

/** Options of a command that shows something of a stack. */
export interface ShowOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** A deployed stack, as its SSM parameters describe it (docs/contract.md). */
export type StackFacts = Awaited<ReturnType<typeof describeStack>>;

export interface StackReader extends StackFacts {
  readonly account: string;
  readonly region: string;
  readonly call: Calls;
  /** The account's time at the moment of the search. */
  readonly now: Date;
}

export type DeployedModel = StackFacts["models"][number];

/**
 * Finds the complete stacks. Parameters are the last that a deployment creates and the first that
 * it deletes.
 */
export async function readStacks(call: Calls): Promise<StackFacts[]> {
  const found = await readParameters(call, parameterRoot);
  const names = new Set(Array.from(found.keys(), (path) => path.split("/")[2] ?? ""));
  const stacks = Array.from(names, (stack) =>
    describeStack(call, stack, found).catch((error) => {
      if (error instanceof IncompleteStack) return [];
      throw error;
    }),
  );
  return (await Promise.all(stacks)).flat();
}

/**
 * Reads one stack; undefined when it has no parameters. Throws `IncompleteStack` when it is not
 * complete.
 */
export async function readStack(call: Calls, stack: string): Promise<StackFacts | undefined> {
  const found = await readParameters(call, listParameters(stack).prefix);
  return found.size === 0 ? undefined : describeStack(call, stack, found);
}

/** A stack was not deployed completely. */
class IncompleteStack extends Error {
  constructor(stack: string, lack: string) {
    super(
      `The SSM parameter ${lack}: the stack "${stack}" is deployed only in part. ` +
        `Run \`${pulumiCommand()} up --stack ${quoteForShell(stack)}\`, then try again.`,
    );
  }
}

async function describeStack(call: Calls, stack: string, found: ReadonlyMap<string, FoundParameter>) {
  const paths = listParameters(stack);
  const values = new Map(Array.from(found, ([path, { value }]) => [path, value]));
  const read = (path: string): string => {
    const value = values.get(path);
    if (value !== undefined) return value;
    throw new IncompleteStack(stack, `${path} does not exist`);
  };
  // `<prefix>/personalize/<model>/campaign/id`
  const named = new Set(Array.from(values.keys(), (path) => path.split("/").at(-3) ?? ""));
  const models = [...named].filter((model) => values.has(paths.campaign(model))).sort();
  if (models.length === 0) throw new IncompleteStack(stack, `${paths.campaign("recommendation")} does not exist`);
  const streamName = read(paths.streamName);
  return {
    stack,
    project: await readProject(call, stack, paths.streamName),
    streamName,
    eventTypes: z.array(z.string()).parse(JSON.parse(read(paths.eventTypes))),
    archiveBucket: read(paths.archiveBucketName),
    quarantineBucket: read(paths.quarantineBucketName),
    dataBucket: read(paths.seedBucketName),
    datasetGroupArn: read(paths.datasetGroup),
    /** The role with which Personalize's jobs read the data bucket. */
    importRoleArn: read(paths.importRole),
    /** Users are described, and their properties can be updated. */
    hasUsers: values.has(paths.usersDataset),
    trackingId: read(paths.eventTrackerId),
    retrainingArn: read(paths.retrainingStateMachine),
    /** The time at which the campaigns were deleted; undefined while the stack is awake. */
    asleepSince: values.get(paths.asleep) === "true" ? found.get(paths.asleep)?.changedAt : undefined,
    topicArn: read(paths.notificationTopic),
    /** `recommendation`, `reranking` when it is switched on, and those of placements. */
    models: models.map((model) => ({
      name: model,
      functionName: read(paths.functionName(model)),
      campaignArn: read(paths.campaign(model)),
      /** The version that a retraining or a rollback has recorded as the serving one. */
      recordedVersion: values.get(paths.solutionVersion(model)),
    })),
    placements: JSON.parse(values.get(paths.placements) ?? "{}") as Readonly<Record<string, Placement>>,
  };
}

/**
 * Reads which project a stack is of: its physical names begin with the project's name. A tag is set
 * after the parameter.
 */
async function readProject(call: Calls, stack: string, ResourceId: string): Promise<string> {
  const { TagList = [] } = await call("ssm", "ListTagsForResource", { ResourceType: "Parameter", ResourceId });
  const project = TagList.find(({ Key }) => Key === projectTag)?.Value;
  if (project === undefined) throw new IncompleteStack(stack, `${ResourceId} has no tag ${projectTag}`);
  return project;
}

interface FoundParameter {
  readonly value: string;
  readonly changedAt: Date | undefined;
}

async function readParameters(call: Calls, Path: string): Promise<Map<string, FoundParameter>> {
  const request = { Path, Recursive: true, MaxResults: 10 };
  const parameters = await listAll({ call }, "ssm", "GetParametersByPath", request, "Parameters");
  return new Map(
    parameters.map(({ Name = "", Value: value = "", LastModifiedDate: changedAt }) => [Name, { value, changedAt }]),
  );
}

/** A stack that a command works on: by `call`, or by its own SDK clients. */
export type DeployedStack = OpenStack & StackReader;

/**
 * Finds a deployed stack by its SSM parameters: no state of Pulumi is needed, only credentials and
 * a Region, from the same settings as the stack's (see `openStack`). Throws when the account has no
 * such stack in this Region.
 */
export async function findStack(name: string): Promise<DeployedStack> {
  const open = await openStack(name);
  const { account, region, client } = open;
  const { call } = createAws(region, client);
  const found = await readStack(call, name);
  if (found) return { ...open, ...found, call, now: await fetchServiceTime() };
  throw new Error(
    `Account ${account} has no stack "${name}" in ${region}: there are no SSM parameters below ` +
      `${listParameters(name).prefix}. Check the stack's name, the credentials and the Region, or deploy the stack.`,
  );
}

export function findModel(stack: StackReader, name: string): DeployedModel {
  const model = stack.models.find((each) => each.name === name);
  if (model) return model;
  const names = stack.models.map((each) => each.name).join(", ");
  throw new Error(`The stack "${stack.stack}" has no model "${name}". Its models: ${names}.`);
}
