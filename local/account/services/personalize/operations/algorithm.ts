import type { DefaultHyperParameterRanges } from "@aws-sdk/client-personalize";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { notFound } from "../faults";
import {
  algorithmArn,
  featureTransformationArn,
  type Hyperparameter,
  type Recipe,
  recipes,
} from "../recipes/catalogue";

/** The creation date of the service's first recipes. */
const created = new Date(Date.UTC(2019, 5, 10));
const dated = { creationDateTime: created, lastUpdatedDateTime: created };

/** Describes what a recipe refers to: its algorithm and the transformation of its data. */
export function algorithmHandlers() {
  const recipeOf = (arnOfRecipe: (recipe: Recipe) => string, kind: string, arn = "without an ARN"): Recipe => {
    const recipe = [...recipes.values()].find((candidate) => arnOfRecipe(candidate) === arn);
    if (!recipe) throw notFound(kind, arn);
    return recipe;
  };

  return {
    DescribeAlgorithm({ algorithmArn: arn }) {
      const recipe = recipeOf(algorithmArn, "Algorithm", arn);
      return {
        algorithm: {
          name: algorithmArn(recipe).split("/")[1],
          algorithmArn: algorithmArn(recipe),
          defaultHyperParameters: defaultsOf(recipe.hyperparameters),
          defaultHyperParameterRanges: rangesOf(recipe.hyperparameters),
          ...dated,
        },
      };
    },

    DescribeFeatureTransformation({ featureTransformationArn: arn }) {
      const recipe = recipeOf(featureTransformationArn, "FeatureTransformation", arn);
      return {
        featureTransformation: {
          name: featureTransformationArn(recipe).split("/")[1],
          featureTransformationArn: featureTransformationArn(recipe),
          defaultParameters: defaultsOf(recipe.featureTransformations),
          status: "ACTIVE",
          ...dated,
        },
      };
    },
  } satisfies Handlers<Clients["personalize"]>;
}

type Parameters = Readonly<Record<string, Hyperparameter>>;

const defaultsOf = (parameters: Parameters) =>
  Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));

function rangesOf(parameters: Parameters): DefaultHyperParameterRanges {
  const all = Object.entries(parameters);
  const numeric = (kind: "whole" | "fraction") =>
    all.flatMap(([name, parameter]) =>
      parameter.kind === kind
        ? [{ name, minValue: parameter.min, maxValue: parameter.max, isTunable: parameter.tunable }]
        : [],
    );
  return {
    integerHyperParameterRanges: numeric("whole"),
    continuousHyperParameterRanges: numeric("fraction"),
    categoricalHyperParameterRanges: all.flatMap(([name, parameter]) =>
      parameter.kind === "choice" ? [{ name, values: [...parameter.choices], isTunable: parameter.tunable }] : [],
    ),
  };
}
