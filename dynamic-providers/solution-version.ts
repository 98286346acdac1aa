import type { SolutionVersion as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Kind } from "./resource/kind";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { fetchTags, toTagList } from "./resource/tags";
import { listAll } from "./service/session";
import { stopTraining } from "./service/stop-training";

export interface SolutionVersionArgs extends Omit<CommonArgs, "name"> {
  /** Changing this trains a version of the other solution. */
  solutionArn: pulumi.Input<string>;
}

export const solutionVersionKind = (): Kind<Inputs<SolutionVersionArgs>, Described> => ({
  kind: "SolutionVersion",
  generatedArn: true,
  identity: ({ solutionArn }) => ({ solutionArn }),
  // Versions have generated ARNs. That of an interrupted run has the stack's tags, which no
  // retraining sets.
  async find(session, { solutionArn, ownerTags = {} }) {
    const versions = await listAll(
      (nextToken) => session.api.listSolutionVersions({ solutionArn, nextToken }),
      "solutionVersions",
    );
    const usable = versions.filter(({ status = "" }) =>
      ["CREATE PENDING", "CREATE IN_PROGRESS", "ACTIVE"].includes(status),
    );
    for (const { solutionVersionArn = "" } of usable.reverse()) {
      const tags = await fetchTags(session, solutionVersionArn);
      if (Object.entries(ownerTags).every(([key, value]) => tags.get(key) === value)) return solutionVersionArn;
    }
    return undefined;
  },
  async create({ api }, inputs) {
    const { solutionArn } = inputs;
    const request = { solutionArn, trainingMode: "FULL", tags: toTagList(inputs) } as const;
    return (await api.createSolutionVersion(request)).solutionVersionArn;
  },
  describe: async ({ api }, solutionVersionArn) =>
    (await api.describeSolutionVersion({ solutionVersionArn })).solutionVersion ?? {},
  readInputs: ({ solutionArn = "" }) => ({ solutionArn }),
  // There is no delete call: versions are deleted with their solution. A running training blocks
  // that and costs money.
  beforeDelete: stopTraining,
});

/**
 * The first training of a solution; the retraining creates later ones. Deleting the resource stops
 * a running training, and otherwise leaves the version to its solution. Replacing the resource by
 * hand (`--replace`) finds the same version again; to train again, start the retraining.
 */
export class SolutionVersion extends PersonalizeResource {
  declare readonly solutionArn: pulumi.Output<string>;

  constructor(name: string, args: SolutionVersionArgs, opts?: pulumi.CustomResourceOptions) {
    // Versions have no name in the service: this one is for messages.
    super({ type: "SolutionVersion", timeoutSeconds: 28_800 }, name, { name, ...args }, opts);
  }
}
