// Keeps the names of experiments: visitors are divided by the name, so that a second experiment
// with the same name would compare groups that the first one has already made different.
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getObjects } from "@pulumi/aws/s3/getObjects";
import * as pulumi from "@pulumi/pulumi";
import { definitionKey } from "../components/serving/experiment-definition";
import { parts, prefixes, runningKey } from "../names/layout";
import { bucketName, type StackName } from "../names/physical-names";
import type { StackConfig } from "./config/config";
import { explainAccessError } from "./explain-access-error";

/** Throws when the experiment's name has another definition, or is one of an ended experiment. */
export async function requireUnusedExperiment(name: StackName, { experiment }: StackConfig): Promise<void> {
  if (!experiment) return;
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
  requireUnusedName(experiment.name, definitionKey(experiment), keys);
}

/**
 * Throws when the name has a definition with another key, or belongs to an experiment that has
 * ended.
 */
export function requireUnusedName(name: string, key: string, found: readonly string[]): void {
  const running = runningKey(name);
  const describe = () => {
    if (found.some((each) => each !== key && each !== running)) {
      return "another experiment, with other variants, placement, goal, minimumEffect or settleDays";
    }
    return found.includes(key) && !found.includes(running) ? "an experiment that has ended" : undefined;
  };
  const owner = describe();
  if (owner === undefined) return;
  throw new pulumi.RunError(
    `recommender:experiment.name: "${name}" is the name of ${owner}. Its visitors have seen its variants: choose a new name.`,
  );
}
