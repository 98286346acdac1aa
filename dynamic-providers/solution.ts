import type { Solution as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import { checkRecipeOptions } from "./checks/recipe-options";
import { arnRule, nameRule } from "./checks/rules";
import type { Inputs, Kind } from "./resource/kind";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { ifNotFound } from "./service/errors";
import { listAll, type Session } from "./service/session";
import { stopTraining } from "./service/stop-training";

export interface SolutionArgs extends CommonArgs {
  /** Changing this replaces the solution. */
  datasetGroupArn: pulumi.Input<string>;
  /** `arn:aws:personalize:::recipe/<recipe>`. Changing this replaces the solution. */
  recipeArn: pulumi.Input<string>;
  /** All values as text. Changing this replaces the solution. */
  algorithmHyperParameters: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Parameters of the data before the training, as text. @default the recipe's. Changing this
   * replaces the solution.
   */
  featureTransformationParameters?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

type SolutionInputs = Inputs<SolutionArgs>;

function readInputs(seen: Described, given: Partial<SolutionInputs>): Partial<SolutionInputs> {
  const { algorithmHyperParameters = {}, featureTransformationParameters = {} } = seen.solutionConfig ?? {};
  // The service may return more than it was given: only a given value can drift.
  const pick = (values: Record<string, string>, known: object = values) =>
    Object.fromEntries(Object.entries(values).filter(([name, value]) => value && Object.hasOwn(known, name)));
  return {
    datasetGroupArn: seen.datasetGroupArn ?? "",
    recipeArn: seen.recipeArn ?? "",
    algorithmHyperParameters: pick(algorithmHyperParameters, given.algorithmHyperParameters),
    ...(given.featureTransformationParameters && {
      featureTransformationParameters: pick(featureTransformationParameters, given.featureTransformationParameters),
    }),
  };
}

/**
 * The service refuses to delete a solution while a version of it is created, whatever started that.
 */
async function stopTrainings(session: Session, solutionArn: string): Promise<void> {
  const versions = await listAll(
    (nextToken) => session.api.listSolutionVersions({ solutionArn, nextToken }),
    "solutionVersions",
  ).catch(ifNotFound([]));
  const running = versions.filter(({ status = "" }) => /^CREATE (PENDING|IN_PROGRESS|STOPPING)$/.test(status));
  for (const { solutionVersionArn = "" } of running) await stopTraining(session, solutionVersionArn);
}

export const solutionKind = (): Kind<SolutionInputs, Described> => ({
  kind: "Solution",
  rules: { name: nameRule(), datasetGroupArn: arnRule("dataset-group") },
  check: (_olds, news) => checkRecipeOptions(news),
  identity: ({ name, datasetGroupArn, recipeArn, algorithmHyperParameters, featureTransformationParameters }) => ({
    name,
    datasetGroupArn,
    recipeArn,
    algorithmHyperParameters,
    featureTransformationParameters,
  }),
  async find({ api }, { datasetGroupArn }, name) {
    const solutions = await listAll((nextToken) => api.listSolutions({ datasetGroupArn, nextToken }), "solutions");
    return solutions.find((each) => each.name === name)?.solutionArn;
  },
  async create({ api }, inputs, name) {
    const { algorithmHyperParameters, featureTransformationParameters } = inputs;
    const { solutionArn } = await api.createSolution({
      name,
      datasetGroupArn: inputs.datasetGroupArn,
      recipeArn: inputs.recipeArn,
      // The service's default would train every week without the promotion gate, at full cost.
      performAutoTraining: false,
      solutionConfig: { algorithmHyperParameters, featureTransformationParameters },
      tags: toTagList(inputs),
    });
    return solutionArn;
  },
  describe: async ({ api }, solutionArn) => (await api.describeSolution({ solutionArn })).solution ?? {},
  delete: ({ api }, solutionArn) => api.deleteSolution({ solutionArn }),
  readInputs,
  beforeDelete: stopTrainings,
});

/**
 * A recipe with its options, on the data of a dataset group. A replacement is created first; the
 * old solution is deleted when nothing uses it any more.
 */
export class Solution extends PersonalizeResource {
  constructor(name: string, args: SolutionArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "Solution", timeoutSeconds: 3600 }, name, args, opts);
  }
}
