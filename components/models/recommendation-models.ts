import * as pulumi from "@pulumi/pulumi";
import { Campaign, planCampaignArn } from "../../dynamic-providers/campaign";
import { type RecipeName, recipes, toRecipeArn } from "../../dynamic-providers/checks/recipes";
import { Dataset } from "../../dynamic-providers/dataset";
import { DatasetGroup } from "../../dynamic-providers/dataset-group";
import { DatasetImportJob } from "../../dynamic-providers/dataset-import-job";
import { EventTracker } from "../../dynamic-providers/event-tracker";
import { Filter } from "../../dynamic-providers/filter";
import { MetricAttribution } from "../../dynamic-providers/metric-attribution";
import { Schema } from "../../dynamic-providers/schema";
import { Solution } from "../../dynamic-providers/solution";
import { SolutionVersion } from "../../dynamic-providers/solution-version";
import { parts, standardPlacement } from "../../names/layout";
import type { DataStore, DatasetObject } from "../ingestion/data-store";
import type { Foundation } from "../platform/foundation";
import { createServiceRole } from "../platform/service-role";
import { allow, type Statement } from "../support/policy";
import { addAvailability, findAvailabilityFilter } from "./availability";

/** The solution of the popularity baseline, which has no campaign. */
const baseline = "baseline";

export interface ModelArgs {
  /**
   * `recommendation`, `reranking`, or a placement's: part of names, parameters and the retraining's
   * input.
   */
  name: string;
  recipe: RecipeName;
  /** Hyperparameters, and parameters of the data before the training, as the recipe has them. */
  hyperParameters: Record<string, string>;
  minProvisionedTPS: number;
  /** Only for recipes with exploration settings. */
  exploration?: { explorationWeight: number; explorationItemAgeCutOff: number } | undefined;
  /** Switches on item columns in answers, which are charged. */
  returnsColumns?: boolean;
  /** Weights of event types, only for recipes that have them. @default all events count equally */
  eventWeights?: Readonly<Record<string, number>> | undefined;
  /**
   * The version with which a missing campaign is created, if it is one of the model's solution,
   * else the first one, as with `none`. @default not known: Pulumi's state, or else the first
   * version
   */
  servingVersionArn?: string | undefined;
}

/** The keys of the stack's configuration that this component uses. */
export interface ModelsConfig {
  /** Name to filter expression. */
  filters: Readonly<Record<string, string>>;
  /** Keeps a popularity model, for the gate to compare with. */
  popularityBaseline: boolean;
  trainingTimeoutHours: number;
  /** Deletes the campaigns, and keeps their names and ARNs. */
  asleep: boolean;
  /** Counts the events of each type by the campaign whose recommendations they follow. */
  metricAttribution: boolean;
}

export interface RecommendationModelsArgs {
  foundation: Foundation;
  data: DataStore;
  models: readonly ModelArgs[];
  config: ModelsConfig;
  /** What a deployment changes before it deletes the campaigns of a stack that is to be asleep. */
  beforeSleep?: Promise<pulumi.Resource[]>;
}

export interface Model {
  readonly name: string;
  readonly recipe: RecipeName;
  readonly solutionArn: pulumi.Output<string>;
  /** Known before the campaign is there where the stack is asleep, and when it serves else. */
  readonly campaignArn: pulumi.Output<string>;
  /**
   * The version that served when Pulumi last looked, or before the campaign fell asleep: the first
   * one, or one that the retraining has chosen.
   */
  readonly servingVersionArn: pulumi.Output<string>;
}

/**
 * Everything in Amazon Personalize: datasets and their imports, solutions, first versions,
 * campaigns, tracker, filters.
 * @example
 * ```ts
 * import type { DataStore } from "../ingestion/data-store";
 * import type { Foundation } from "../platform/foundation";
 * import { RecommendationModels } from "./recommendation-models";
 *
 * export function createModels(foundation: Foundation, data: DataStore) {
 *   const recommendation = {
 *     name: "recommendation",
 *     recipe: "aws-user-personalization-v2",
 *     hyperParameters: {},
 *     minProvisionedTPS: 1,
 *   } as const;
 *   const config = {
 *     filters: {},
 *     popularityBaseline: false,
 *     trainingTimeoutHours: 12,
 *     asleep: false,
 *     metricAttribution: false,
 *   };
 *   const models = [recommendation];
 *   return new RecommendationModels("pets", { foundation, data, models, config });
 * }
 * ```
 */
export class RecommendationModels extends pulumi.ComponentResource {
  readonly datasetGroupArn: pulumi.Output<string>;
  readonly interactionsDatasetArn: pulumi.Output<string>;
  readonly itemsDatasetArn: pulumi.Output<string>;
  /** Absent without users. */
  readonly usersDatasetArn: pulumi.Output<string> | undefined;
  /** The role with which Personalize's jobs read the data bucket. */
  readonly importRoleArn: pulumi.Output<string>;
  readonly eventTrackerArn: pulumi.Output<string>;
  readonly trackingId: pulumi.Output<string>;
  /** Filters by the names that callers use. Each leaves out unavailable items as well. */
  readonly filterArns: Readonly<Record<string, pulumi.Output<string>>>;
  /**
   * Leaves out unavailable items and nothing else. Absent: the items' schema has no column for it.
   */
  readonly availabilityFilterArn: pulumi.Output<string> | undefined;
  readonly models: readonly Model[];
  /** The model of the standard placement, which is among them. */
  readonly recommendation: Model;
  readonly baselineSolutionArn: pulumi.Output<string> | undefined;
  /** Patterns for policies: the campaigns, and those that replace them. */
  readonly campaignPatterns: pulumi.Output<string>[];
  /** Patterns for policies: the solutions, also that of the baseline, and their versions. */
  readonly solutionPatterns: pulumi.Output<string>[];

  constructor(name: string, args: RecommendationModelsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:models:RecommendationModels", name, {}, opts);
    const { foundation, data } = args;
    const { tags } = foundation;

    const group = this.createDatasetGroup(name, foundation);
    this.datasetGroupArn = group.arn;
    const importRole = this.createRole(`${name}-import`, foundation, "import", data.allowReadingJobData()).usableArn;
    this.importRoleArn = importRole;
    const interactions = this.createDataset(
      `${name}-interactions`,
      "Interactions",
      data.interactions,
      args,
      importRole,
    );
    const items = this.createDataset(`${name}-items`, "Items", data.items, args, importRole);
    this.interactionsDatasetArn = interactions.datasetArn;
    this.itemsDatasetArn = items.datasetArn;

    const users = data.users && this.createDataset(`${name}-users`, "Users", data.users, args, importRole);
    this.usersDatasetArn = users?.datasetArn;

    const imported = [...interactions.ready, ...items.ready, ...(users?.ready ?? [])];
    this.models = args.models.map((model) => this.createModel(name, model, args, imported));
    const recommendation = this.models.find((model) => model.name === standardPlacement);
    if (!recommendation) throw new Error(`RecommendationModels "${name}": \`models\` has no ${standardPlacement}.`);
    this.recommendation = recommendation;
    this.baselineSolutionArn = args.config.popularityBaseline
      ? new Solution(
          `${name}-baseline-solution`,
          {
            name: foundation.name(baseline),
            datasetGroupArn: group.arn,
            recipeArn: toRecipeArn("aws-popularity-count"),
            algorithmHyperParameters: {},
            tags,
          },
          { parent: this, dependsOn: imported },
        ).arn
      : undefined;

    const names = args.models.map((model) => model.name);
    this.campaignPatterns = names.map((part) => foundation.personalizeArn("campaign", part));
    this.solutionPatterns = [...names, ...(args.config.popularityBaseline ? [baseline] : [])].flatMap((part) => {
      const pattern = foundation.personalizeArn("solution", part);
      return [pattern, pulumi.interpolate`${pattern}/*`];
    });

    const tracker = new EventTracker(
      `${name}-event-tracker`,
      { name: foundation.name(parts.events), datasetGroupArn: group.arn, tags },
      { parent: this, dependsOn: interactions.dataset },
    );
    this.eventTrackerArn = tracker.arn;
    this.trackingId = tracker.trackingId;

    if (args.config.metricAttribution) this.createAttribution(name, args, interactions.dataset);
    const filters = this.createFilters(name, args, imported);
    this.availabilityFilterArn = filters.availability;
    this.filterArns = filters.named;
    this.registerOutputs({ datasetGroupArn: this.datasetGroupArn, eventTrackerArn: this.eventTrackerArn });
  }

  /** The datasets must exist before the filters, because expressions use their columns. */
  private createFilters(
    name: string,
    { foundation, data, config }: RecommendationModelsArgs,
    datasets: pulumi.Resource[],
  ) {
    const createFilter = (logical: string, part: string, filterExpression: string) =>
      new Filter(
        logical,
        {
          name: foundation.name(part),
          datasetGroupArn: this.datasetGroupArn,
          filterExpression,
          tags: foundation.tags,
        },
        { parent: this, dependsOn: datasets },
      ).arn;
    const availability = findAvailabilityFilter(data.items.schema);
    const named = Object.entries(config.filters).map(([filter, expression]) => [
      filter,
      createFilter(`${name}-filter-${filter}`, filter, addAvailability(expression, availability)),
    ]);
    return {
      named: Object.fromEntries(named) as Record<string, pulumi.Output<string>>,
      availability:
        availability === undefined
          ? undefined
          : createFilter(`${name}-availability-filter`, parts.availabilityFilter, availability),
    };
  }

  /**
   * One metric for each event type, with the type at the end of its name. A path in S3 would be
   * used only by imports, whose reports the service writes to it (API reference,
   * CreateDatasetImportJob, publishAttributionMetricsToS3).
   */
  private createAttribution(name: string, { foundation, data }: RecommendationModelsArgs, dataset: Dataset): void {
    const role = this.createRole(`${name}-attribution`, foundation, "attribution", [
      // As in the guide, "Giving Amazon Personalize access to CloudWatch". IAM has no resource
      // types for metrics.
      allow(["cloudwatch:PutMetricData"], "*"),
    ]);
    new MetricAttribution(
      `${name}-attribution`,
      {
        name: foundation.name(parts.events),
        datasetGroupArn: this.datasetGroupArn,
        roleArn: role.usableArn,
        metrics: data.eventTypes.map((eventType) => ({
          eventType,
          metricName: `${foundation.name(parts.events)}-${eventType}`,
          expression: "SAMPLECOUNT()",
        })),
      },
      // The service counts events by the type's column in the Interactions dataset.
      { parent: this, dependsOn: dataset },
    );
  }

  private createDatasetGroup(name: string, foundation: Foundation): DatasetGroup {
    const role = this.createRole(`${name}-key`, foundation, "key", []);
    return new DatasetGroup(
      `${name}-dataset-group`,
      {
        name: foundation.name(parts.datasetGroup),
        kmsKeyArn: foundation.key.arn,
        roleArn: role.arn,
        tags: foundation.tags,
      },
      { parent: this, dependsOn: role.policy, protect: foundation.deletionProtection },
    );
  }

  /** Creates a role that Personalize assumes, which may use the key. */
  private createRole(name: string, foundation: Foundation, purpose: string, statements: Statement[]) {
    const role = {
      foundation,
      roleName: foundation.name(`personalize-${purpose}`),
      trust: foundation.createTrust("personalize", "*"),
      statements: [...statements, foundation.key.allowPersonalize()],
    };
    return createServiceRole(name, role, this);
  }

  private createDataset(
    name: string,
    datasetType: "Interactions" | "Items" | "Users",
    source: DatasetObject,
    { foundation }: RecommendationModelsArgs,
    roleArn: pulumi.Output<string>,
  ) {
    const part = datasetType.toLowerCase();
    const { tags } = foundation;
    const schema = new Schema(
      `${name}-schema`,
      { name: foundation.name(part), schema: source.schema },
      { parent: this },
    );
    const dataset = new Dataset(
      `${name}-dataset`,
      {
        name: foundation.name(part),
        datasetGroupArn: this.datasetGroupArn,
        datasetType,
        schemaArn: schema.arn,
        deletionProtection: foundation.deletionProtection,
        tags,
      },
      { parent: this, protect: foundation.deletionProtection },
    );
    const job = new DatasetImportJob(
      `${name}-import`,
      {
        name: foundation.name(part),
        datasetArn: dataset.arn,
        dataLocation: source.location,
        dataHash: source.hash,
        roleArn,
        tags,
      },
      { parent: this },
    );
    // The service may refuse solutions and filters while an import runs, so they wait for it.
    return { datasetArn: dataset.arn, dataset, ready: [dataset, job] };
  }

  private createModel(
    name: string,
    model: ModelArgs,
    { foundation, config, beforeSleep }: RecommendationModelsArgs,
    imported: pulumi.Resource[],
  ): Model {
    const { tags } = foundation;
    const { servingVersionArn } = model;
    const campaignName = foundation.name(model.name);
    const solution = new Solution(
      `${name}-${model.name}-solution`,
      {
        name: foundation.name(model.name),
        datasetGroupArn: this.datasetGroupArn,
        recipeArn: toRecipeArn(model.recipe),
        ...splitParameters(model),
        ...(model.eventWeights && { eventWeights: model.eventWeights }),
        tags,
      },
      // The first version needs the data, and the service refuses to delete a dataset that a
      // solution uses.
      { parent: this, dependsOn: imported },
    );
    const version = new SolutionVersion(
      `${name}-${model.name}-first-version`,
      {
        solutionArn: solution.arn,
        timeoutSeconds: config.trainingTimeoutHours * 3_600,
        tags,
      },
      { parent: this },
    );
    const itemExplorationConfig = model.exploration && {
      explorationWeight: String(model.exploration.explorationWeight),
      explorationItemAgeCutOff: String(model.exploration.explorationItemAgeCutOff),
    };
    const campaign = new Campaign(
      `${name}-${model.name}-campaign`,
      {
        name: campaignName,
        solutionVersionArn: version.arn,
        ...(servingVersionArn && {
          servingVersionArn: version.arn.apply((first) => chooseVersion(first, servingVersionArn)),
        }),
        minProvisionedTPS: model.minProvisionedTPS,
        ...(itemExplorationConfig ? { itemExplorationConfig } : {}),
        // A recipe that always includes them has no switch, and nothing documents what Describe
        // says of it.
        ...(recipes[model.recipe].includesColumns
          ? {}
          : { enableMetadataWithRecommendations: model.returnsColumns ?? false }),
        ...(config.asleep && { asleep: true }),
        tags,
      },
      { parent: this, ...(config.asleep && beforeSleep && { dependsOn: beforeSleep }) },
    );
    return {
      name: model.name,
      recipe: model.recipe,
      solutionArn: solution.arn,
      campaignArn: config.asleep
        ? solution.arn.apply((solutionArn) => planCampaignArn(campaignName, solutionArn))
        : campaign.arn,
      servingVersionArn: campaign.solutionVersionArn,
    };
  }
}

/** A version of another solution is one from before the recipe was changed. */
function chooseVersion(first: string, serving: string): string {
  const solutionArn = first.slice(0, first.lastIndexOf("/") + 1);
  return serving.startsWith(solutionArn) ? serving : first;
}

/**
 * Splits the parameters of a model into those of the algorithm and those of the data before the
 * training.
 */
function splitParameters({ recipe, hyperParameters }: ModelArgs) {
  const isFeature = ([key]: [string, string]) => Object.hasOwn(recipes[recipe].featureParameters, key);
  const given = Object.entries(hyperParameters);
  const features = given.filter(isFeature);
  return {
    algorithmHyperParameters: Object.fromEntries(given.filter((entry) => !isFeature(entry))),
    ...(features.length > 0 ? { featureTransformationParameters: Object.fromEntries(features) } : {}),
  };
}
