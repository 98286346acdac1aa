// Finds the versions that serve, or served: a campaign that is missing is created with them.
import type { Personalize } from "@aws-sdk/client-personalize";
import type { SSM } from "@aws-sdk/client-ssm";
import * as pulumi from "@pulumi/pulumi";
import { type Access, createRoleCredentials } from "../dynamic-providers/service/access";
import { listParameters } from "../names/layout";
import type { StackName } from "../names/physical-names";
import type { StackConfig } from "./config/config";
import { listModels } from "./config/models";
import { explainAccessError } from "./explain-access-error";

/** ARNs of solution versions by model; without a model that has never served. */
export type ServingVersions = Readonly<Record<string, string>>;

/**
 * Reads the version of each model's SSM parameter, which promotions and rollbacks write. An `up`
 * also looks whether the versions exist: of one that was deleted, it takes the newest before it
 * that does, and warns.
 */
export async function readServingVersions(
  access: Access,
  { stack }: StackName,
  config: StackConfig,
): Promise<ServingVersions> {
  const [{ Personalize }, { SSM }] = await Promise.all([
    import("@aws-sdk/client-personalize"),
    import("@aws-sdk/client-ssm"),
  ]);
  const credentials = createRoleCredentials(access);
  const ssm = new SSM({ ...access.clients?.ssm, ...credentials });
  const personalize = new Personalize({ ...access.clients?.personalize, ...credentials });
  const paths = listParameters(stack);
  const found = await Promise.all(
    listModels(config).map(async ({ name }) => {
      const path = paths.solutionVersion(name);
      const version = await readParameter(ssm, path);
      if (version === undefined || pulumi.runtime.isDryRun()) return { name, version };
      return { name, version: await findExisting(personalize, ssm, { name, path, version }) };
    }),
  ).catch((error: Error) => {
    throw new pulumi.RunError(
      explainAccessError(error) ?? `The versions that the stack serves cannot be read: ${error.message}`,
    );
  });
  return Object.fromEntries(found.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]])));
}

async function readParameter(ssm: SSM, Name: string): Promise<string | undefined> {
  try {
    return (await ssm.getParameter({ Name })).Parameter?.Value;
  } catch (error) {
    if ((error as Error).name === "ParameterNotFound") return undefined;
    throw error;
  }
}

/** Returns the version, or the newest one before it that can serve; undefined when none can. */
async function findExisting(
  personalize: Personalize,
  ssm: SSM,
  served: { readonly name: string; readonly path: string; readonly version: string },
): Promise<string | undefined> {
  const { name, path, version } = served;
  if (await canServe(personalize, version)) return version;
  const { paginateGetParameterHistory } = await import("@aws-sdk/client-ssm");
  const values: string[] = [];
  for await (const { Parameters = [] } of paginateGetParameterHistory({ client: ssm }, { Name: path })) {
    values.push(...Parameters.map(({ Value = "" }) => Value));
  }
  for (const earlier of listPromotions(values).reverse()) {
    if (earlier === version || !(await canServe(personalize, earlier))) continue;
    pulumi.log.warn(
      `${name}: the version that served last, ${version}, does not exist. If its campaign is created, it serves ${earlier}, which served before it.`,
    );
    return earlier;
  }
  return undefined;
}

/**
 * Lists the versions of a parameter's history that were promoted and not left by a rollback, the
 * oldest first.
 */
export function listPromotions(values: readonly string[]): string[] {
  const promoted: string[] = [];
  for (const value of values) {
    const before = promoted.indexOf(value);
    // A rollback goes back to a version that served, and leaves those after it.
    if (before < 0) promoted.push(value);
    else promoted.splice(before + 1);
  }
  return promoted;
}

async function canServe(personalize: Personalize, solutionVersionArn: string): Promise<boolean> {
  try {
    const { solutionVersion } = await personalize.describeSolutionVersion({ solutionVersionArn });
    return solutionVersion?.status === "ACTIVE";
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return false;
    throw error;
  }
}
