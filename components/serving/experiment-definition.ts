import { createHash } from "node:crypto";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Experiment } from "../../contract";
import { prefixes, runningKey } from "../../names/layout";
import type { DataStore } from "../ingestion/data-store";

export interface ExperimentDefinitionArgs {
  data: DataStore;
  experiment: Experiment;
}

/**
 * Keeps the definition of an experiment under its name, also when the experiment has ended:
 * visitors are divided by the name, so that a second experiment with the same name would compare
 * groups that the first one has already made different. The time of the object is the experiment's
 * start.
 * @example new ExperimentDefinition("experiment", { data, experiment }).remember(serving)
 */
export class ExperimentDefinition extends pulumi.ComponentResource {
  readonly definition: Experiment;
  /**
   * The definition as JSON. Fails where its name has another definition, or where the experiment
   * has ended.
   */
  readonly text: pulumi.Output<string>;
  /** Keeps the definition as soon as the functions have it, and marks the experiment as running. */
  readonly remember: (served: pulumi.Resource) => pulumi.Resource;

  constructor(name: string, args: ExperimentDefinitionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:serving:ExperimentDefinition", name, {}, opts);
    const { data, experiment } = args;
    this.definition = experiment;
    const inside = { parent: this };
    const definition = JSON.stringify(experiment);
    const prefix = `${prefixes.experiments}${experiment.name}/`;
    const key = `${prefix}${createHash("sha256").update(definition).digest("hex").slice(0, 16)}.json`;
    const { keys } = s3.getObjectsOutput({ bucket: data.bucketName, prefix }, inside);
    this.text = keys.apply((found) => {
      requireUnusedName(experiment.name, key, found);
      return definition;
    });
    this.remember = (served) => {
      const create = (part: string, of: string, opts: pulumi.CustomResourceOptions) => {
        const object = { bucket: data.bucketName, key: of, contentType: "application/json", content: this.text };
        return new s3.BucketObjectv2(`${name}-${part}`, object, { ...inside, ...opts });
      };
      // The definition is the last: without the object that is deleted at the end, its experiment
      // has ended.
      const running = create("running", runningKey(experiment.name), { dependsOn: served });
      return create("definition", key, { dependsOn: running, retainOnDelete: true });
    };
    this.registerOutputs({ text: this.text });
  }
}

/**
 * Throws when the name has a definition with another key, or belongs to an experiment that has
 * ended.
 */
export function requireUnusedName(name: string, key: string, found: readonly string[]): void {
  const running = runningKey(name);
  const describe = () => {
    if (found.some((each) => each !== key && each !== running))
      return "another experiment, with other variants, placement, goal, minimumEffect or settleDays";
    return found.includes(key) && !found.includes(running) ? "an experiment that has ended" : undefined;
  };
  const owner = describe();
  if (owner === undefined) return;
  throw new pulumi.RunError(
    `recommender:experiment.name: "${name}" is the name of ${owner}. Its visitors have seen its variants: choose a new name.`,
  );
}
