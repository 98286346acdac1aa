// Keeps the names of experiments: visitors are divided by the name, so that a second experiment
// with the same name would compare groups that the first one has already made different.
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getObjects } from "@pulumi/aws/s3/getObjects";
import * as pulumi from "@pulumi/pulumi";
import { definitionKey } from "../components/serving/experiment-definition";
import { parts, prefixes, runningKey } from "../names/layout";
import { bucketName, type StackName } from "../names/physical-names";
import type { StackConfig } from "./config/config";
import { type GivenExperiment, listForms, toForm } from "./config/experiment-forms";
import { explainAccessError } from "./explain-access-error";

/**
 * Throws when the experiment's name has another definition, or is one of an ended experiment.
 * Returns the form of the definition: that of the running experiment, or else the given one.
 */
export async function requireUnusedExperiment(
  name: StackName,
  { givenExperiment: experiment }: StackConfig,
): Promise<GivenExperiment | undefined> {
  if (!experiment) return undefined;
  const bucket = bucketName(name, parts.data, (await getCallerIdentity({})).accountId);
  const { keys } = await getObjects({ bucket, prefix: `${prefixes.experiments}${experiment.name}/` }).catch(
    (error: Error) => {
      // Before the first `up`.
      if (/NoSuchBucket|bucket does not exist/.test(error.message)) return { keys: [] };
      throw new pulumi.RunError(
        `recommender:experiment: it cannot be read whether the name is free, from the bucket ${bucket}: ` +
          (explainAccessError(error) ?? error.message),
      );
    },
  );
  return requireUnusedName(experiment, keys);
}

/**
 * Throws when the name has a definition that means something else, or belongs to an experiment that
 * has ended. Returns the form that has a key, or else the given one.
 */
export function requireUnusedName(given: GivenExperiment, found: readonly string[]): GivenExperiment {
  const { name } = given;
  const running = runningKey(name);
  const forms = new Map(listForms(given).map((form) => [definitionKey(form), form]));
  const known = found.find((key) => forms.has(key));
  const describe = () => {
    if (found.some((key) => !forms.has(key) && key !== running)) {
      return "another experiment, with other variants, placement, goal, minimumEffect or settleDays";
    }
    return known !== undefined && !found.includes(running) ? "an experiment that has ended" : undefined;
  };
  const owner = describe();
  if (owner === undefined) return forms.get(known ?? "") ?? toForm(given);
  throw new pulumi.RunError(
    `recommender:experiment.name: "${name}" is the name of ${owner}. Its visitors have seen its variants: choose a new name.`,
  );
}
