import { GetParametersByPathCommand, type Parameter, SSMClient } from "@aws-sdk/client-ssm";
import { z } from "zod";
import { pulumiCommand } from "../../components/support/pulumi-command";
import { listParameters } from "../../contract/layout";
import { type OpenStack, openStack } from "./open-stack";
import { fetchServiceTime } from "./service-time";

/** What the commands need of a deployed stack. */
export interface DeployedStack extends OpenStack {
  readonly streamName: string;
  /** The event types that the stack accepts. */
  readonly eventTypes: readonly string[];
  readonly archiveBucket: string;
  readonly quarantineBucket: string;
  readonly dataBucket: string;
  readonly datasetGroupArn: string;
  /** The role with which Personalize's jobs read the data bucket. */
  readonly importRoleArn: string;
  readonly trackingId: string;
  readonly retrainingArn: string;
  readonly topicArn: string;
  /** `recommendation`, and `reranking` when it is switched on. */
  readonly models: readonly DeployedModel[];
  /** The account's time at the moment of the search. */
  readonly now: Date;
}

export interface DeployedModel {
  readonly name: string;
  readonly functionName: string;
  readonly campaignArn: string;
  /** The version that was promoted last. */
  readonly solutionVersionArn: string;
}

/**
 * Finds a deployed stack by its SSM parameters: no state of Pulumi is needed, only credentials and a Region, from the same
 * settings as the stack's (see `openStack`). Throws when the account has no such stack in this Region.
 */
export async function findStack(name: string): Promise<DeployedStack> {
  const open = await openStack(name);
  const paths = listParameters(name);
  const values = await readParameters(new SSMClient(open.client), paths.prefix);
  if (values.size === 0) {
    throw new Error(
      `Account ${open.account} has no stack "${name}" in ${open.region}: there are no SSM parameters below ` +
        `${paths.prefix}. Check the stack's name, the credentials and the Region, or deploy the stack.`,
    );
  }
  const read = (path: string): string => {
    const value = values.get(path);
    if (value !== undefined) return value;
    throw new Error(
      `The SSM parameter ${path} does not exist: the stack "${name}" is not deployed completely, or by an earlier ` +
        `version of the program. Run \`${pulumiCommand()} up\`, then try again.`,
    );
  };
  const models = ["recommendation", "reranking"].filter((model) => values.has(paths.campaign(model)));
  return {
    ...open,
    streamName: read(paths.streamName),
    eventTypes: z.array(z.string()).parse(JSON.parse(read(paths.eventTypes))),
    archiveBucket: read(paths.archiveBucketName),
    quarantineBucket: read(paths.quarantineBucketName),
    dataBucket: read(paths.seedBucketName),
    datasetGroupArn: read(paths.datasetGroup),
    importRoleArn: read(paths.importRole),
    trackingId: read(paths.eventTrackerId),
    retrainingArn: read(paths.retrainingStateMachine),
    topicArn: read(paths.notificationTopic),
    now: await fetchServiceTime(),
    models: models.map((model) => ({
      name: model,
      functionName: read(paths.functionName(model)),
      campaignArn: read(paths.campaign(model)),
      solutionVersionArn: read(paths.solutionVersion(model)),
    })),
  };
}

/** Returns one of the stack's models; throws and lists the models when it has no such model. */
export function findModel(stack: DeployedStack, name: string): DeployedModel {
  const model = stack.models.find((each) => each.name === name);
  if (model) return model;
  const names = stack.models.map((each) => each.name).join(", ");
  throw new Error(`The stack "${stack.stack}" has no model "${name}". Its models: ${names}.`);
}

async function readParameters(ssm: SSMClient, path: string): Promise<Map<string, string>> {
  const found: Parameter[] = [];
  let token: string | undefined;
  do {
    const command = new GetParametersByPathCommand({ Path: path, Recursive: true, NextToken: token });
    const { Parameters = [], NextToken } = await ssm.send(command);
    found.push(...Parameters);
    token = NextToken;
  } while (token !== undefined);
  return new Map(found.map(({ Name = "", Value = "" }) => [Name, Value]));
}
