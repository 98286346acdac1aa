import { createHash } from "node:crypto";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Experiment } from "../../contract";
import { prefixes } from "../../contract/layout";
import { pulumiCommand } from "../../text/pulumi-command";
import type { DataStore } from "../ingestion/data-store";

export interface ExperimentDefinitionArgs {
  data: DataStore;
  experiment: Experiment;
}

/**
 * Keeps the definition of an experiment under its name, also when the experiment has ended: visitors are divided by the name,
 * so that a second experiment with the same name would compare groups that the first one has already made different.
 * @example new ExperimentDefinition("experiment", { data, experiment })
 */
export class ExperimentDefinition extends pulumi.ComponentResource {
  readonly definition: Experiment;
  /** The definition as JSON. Fails where its name has another definition. */
  readonly text: pulumi.Output<string>;

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
    new s3.BucketObjectv2(
      `${name}-definition`,
      { bucket: data.bucketName, key, contentType: "application/json", content: this.text },
      { ...inside, retainOnDelete: true },
    );
    this.registerOutputs({ text: this.text });
  }
}

/** Throws when the name has a definition with another key. */
export function requireUnusedName(name: string, key: string, found: readonly string[]): void {
  if (found.every((each) => each === key)) return;
  throw new pulumi.RunError(
    `recommender:experiment.name: "${name}" is the name of another experiment, with other variants, placement, goal or ` +
      "minimumEffect. Its visitors have seen its variants: choose a new name.\n" +
      `  ${pulumiCommand()} config set --path recommender:experiment.name ${name.slice(0, 38)}-2`,
  );
}
