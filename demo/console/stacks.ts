import { listParameters, parameterRoot, project } from "../../contract/layout";
import type { Scope } from "../../local/account/aws/arn";
import { readAllPages } from "../../local/account/aws/read-all-pages";
import type { Stack } from "../../local/console/messages";
import type { Calls } from "../../local/console/server/caller";

/** Finds stacks by their SSM parameters (docs/contract.md). */
export async function findStacks(scope: Scope, call: Calls): Promise<Stack[]> {
  const found = await readAllPages(async (NextToken) => {
    const input = { Path: parameterRoot, Recursive: true, MaxResults: 10, NextToken };
    const page = await call("ssm", "GetParametersByPath", input);
    return { items: page.Parameters, next: page.NextToken };
  });
  const values = new Map(found.map(({ Name = "", Value = "" }) => [Name, Value]));
  const names = new Set(Array.from(values.keys(), (name) => name.split("/")[2] ?? ""));
  return [...names].flatMap((name) => {
    const at = (path: string) => values.get(path) ?? "";
    const parameters = listParameters(name);
    const models = ["recommendation", "reranking"].flatMap((model) => {
      const campaignArn = at(parameters.campaign(model));
      return campaignArn === "" ? [] : [{ name: model, campaignArn, functionName: at(parameters.functionName(model)) }];
    });
    // Parameters are among the last things that a deployment creates and the first that it deletes.
    const streamName = at(parameters.streamName);
    const isComplete = models.length > 0 && models.every(({ functionName }) => functionName !== "");
    if (streamName === "" || !isComplete) return [];
    const archiveBucket = at(parameters.archiveBucketName);
    const dataBucket = at(parameters.seedBucketName);
    return [{ name, prefix: `${project}-${name}`, ...scope, streamName, archiveBucket, dataBucket, models }];
  });
}

/** Says how to deploy the program to a local account. */
export const describeMissing = (name: string | undefined): string =>
  `${name === undefined ? "No stack" : `No stack "${name}"`} is deployed here. Start with "npm start", or deploy to an ` +
  'account of "npm run account" with "npx recommender pulumi up".';
