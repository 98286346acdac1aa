import type { SolutionVersion as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { anArn, checked, oneOf } from "./checks/rules";
import type { CommonInputs, Kind } from "./resource/kind";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList, tagsOf } from "./resource/tags";
import { listAll, type Open, openSession } from "./service/session";
import { stopTraining } from "./service/stop-training";

/** The first training of a solution; later ones are the retraining's. */
export interface SolutionVersionArgs {
  /** Changing this trains a version of the other solution. */
  solutionArn: pulumi.Input<string>;
  /** Changing this trains another version. */
  trainingMode: pulumi.Input<"FULL" | "UPDATE">;
  /** ARNs of the import jobs that must be over first. Changing this trains nothing: new data are the retraining's. */
  trainingData?: pulumi.Input<pulumi.Input<string>[]>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long to wait for the training. @default 28800 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface SolutionVersionInputs extends CommonInputs {
  solutionArn: string;
  trainingMode: "FULL" | "UPDATE";
  trainingData?: string[];
}

const solutionVersion = (): Kind<SolutionVersionInputs, Described> => ({
  kind: "SolutionVersion",
  generated: true,
  identity: ({ solutionArn, trainingMode }) => ({ solutionArn, trainingMode }),
  // Versions have generated ARNs. An interrupted run's is known by the stack's tags, which no retraining sets.
  async find(session, { solutionArn, trainingMode, ownerTags: owner = {} }) {
    const versions = await listAll(
      (nextToken) => session.api.listSolutionVersions({ solutionArn, nextToken }),
      (page) => page.solutionVersions,
    );
    const usable = versions.filter(
      ({ status = "", trainingMode: mode }) =>
        mode === trainingMode && ["CREATE PENDING", "CREATE IN_PROGRESS", "ACTIVE"].includes(status),
    );
    for (const { solutionVersionArn = "" } of usable.reverse()) {
      const tags = await tagsOf(session, solutionVersionArn);
      if (Object.entries(owner).every(([key, value]) => tags[key] === value)) return solutionVersionArn;
    }
    return undefined;
  },
  async make({ api }, inputs) {
    const { solutionArn, trainingMode } = inputs;
    return (await api.createSolutionVersion({ solutionArn, trainingMode, tags: tagList(inputs) })).solutionVersionArn;
  },
  describe: async ({ api }, solutionVersionArn) =>
    (await api.describeSolutionVersion({ solutionVersionArn })).solutionVersion ?? {},
  observed: ({ solutionArn = "", trainingMode }, given) => ({
    solutionArn,
    trainingMode: trainingMode === "UPDATE" || trainingMode === "FULL" ? trainingMode : given.trainingMode,
  }),
  // There is no delete call: versions go with their solution. A training in progress would block and cost, so it stops.
  beforeDelete: stopTraining,
});

/** The provider over any way to open a session. */
export function solutionVersionProviderOn(open: Open) {
  return lifecycle(solutionVersion, open, async (_olds, news) =>
    checked(news, { solutionArn: anArn("solution"), trainingMode: oneOf("FULL", "UPDATE") }),
  );
}

const solutionVersionProvider = solutionVersionProviderOn(openSession);

/**
 * A trained model. Deleting the resource stops a training that runs, and otherwise leaves the version to its solution.
 * Replacing it by hand (`--replace`) finds the same version again; to train anew, start the retraining.
 */
export class SolutionVersion extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  declare readonly solutionArn: pulumi.Output<string>;

  constructor(name: string, args: SolutionVersionArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 28_800 } = args;
    const outputs = { physicalName: undefined };
    const common = { name, tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(solutionVersionProvider, name, { ...args, ...common, ...outputs }, opts, "personalize", "SolutionVersion");
    this.arn = this.id;
  }
}
