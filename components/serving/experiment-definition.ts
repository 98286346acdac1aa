import { createHash } from "node:crypto";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Experiment } from "../../contract";
import { prefixes, runningKey } from "../../names/layout";
import type { DataStore } from "../ingestion/data-store";

export interface ExperimentDefinitionArgs {
  data: DataStore;
  experiment: Experiment;
  /** The form in which it is kept. */
  kept: KeptExperiment;
}

/** Some members of an experiment: those that a user gave. */
export type KeptExperiment = Pick<Experiment, "name"> & Partial<Experiment>;

/**
 * Keeps the definition of an experiment under its name, also when the experiment has ended:
 * visitors are divided by the name, so that a second experiment with the same name would compare
 * groups that the first one has already made different. The time of the object is the experiment's
 * start.
 * @example
 * ```ts
 * import type * as pulumi from "@pulumi/pulumi";
 * import type { Experiment } from "../../contract";
 * import type { DataStore } from "../ingestion/data-store";
 * import { ExperimentDefinition } from "./experiment-definition";
 *
 * // `serving` has the functions that divide the visitors.
 * export const remember = (data: DataStore, experiment: Experiment, serving: pulumi.Resource) =>
 *   new ExperimentDefinition("first", { data, experiment, kept: experiment }).remember(serving);
 * ```
 */
export class ExperimentDefinition extends pulumi.ComponentResource {
  readonly definition: Experiment;
  /** The whole definition as JSON, for those who read it. */
  readonly text: string;
  /** Keeps the definition as soon as the functions have it, and marks the experiment as running. */
  readonly remember: (served: pulumi.Resource) => pulumi.Resource;

  constructor(name: string, args: ExperimentDefinitionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:serving:ExperimentDefinition", name, {}, opts);
    const { data, experiment, kept } = args;
    this.definition = experiment;
    const inside = { parent: this };
    this.text = JSON.stringify(experiment);
    this.remember = (served) => {
      const create = (part: string, of: string, opts: pulumi.CustomResourceOptions) => {
        const object = {
          bucket: data.bucketName,
          key: of,
          contentType: "application/json",
          content: JSON.stringify(kept),
        };
        return new s3.BucketObjectv2(`${name}-${part}`, object, { ...inside, ...opts });
      };
      // The definition is the last: without the object that is deleted at the end, its experiment
      // has ended.
      const running = create("running", runningKey(experiment.name), { dependsOn: served });
      return create("definition", definitionKey(kept), { dependsOn: running, retainOnDelete: true });
    };
    this.registerOutputs({ text: this.text });
  }
}

/**
 * The key of a definition: another definition has another key. The one that is kept has no default
 * of this version in it.
 */
export function definitionKey(experiment: KeptExperiment): string {
  const hash = createHash("sha256").update(JSON.stringify(experiment)).digest("hex").slice(0, 16);
  return `${prefixes.experiments}${experiment.name}/${hash}.json`;
}
