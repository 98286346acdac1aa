import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { Campaign } from "../../dynamic-providers/campaign";
import { Dataset } from "../../dynamic-providers/dataset";
import { DatasetGroup } from "../../dynamic-providers/dataset-group";
import { DatasetImportJob } from "../../dynamic-providers/dataset-import-job";
import { EventTracker } from "../../dynamic-providers/event-tracker";
import { Filter } from "../../dynamic-providers/filter";
import { Schema } from "../../dynamic-providers/schema";
import { Solution } from "../../dynamic-providers/solution";
import { SolutionVersion } from "../../dynamic-providers/solution-version";
import type { DataStore, DatasetObject } from "../ingestion/data-store";
import type { Foundation } from "../platform/foundation";
import { allow, assumedBy, policyDocument } from "../support/policy";

/** One model that is trained and served. */
export interface ModelArgs {
  /** `recommendation`, `reranking`: part of names, parameters and the retraining's input. */
  name: string;
  /** Short name of a recipe, such as `aws-user-personalization`. */
  recipe: string;
  hyperParameters: Record<string, string>;
  minProvisionedTPS: number;
  /** Only for recipes that explore by setting. */
  exploration?: { weight: number; itemAgeCutOffDays: number } | undefined;
}

export interface RecommendationModelsArgs {
  foundation: Foundation;
  data: DataStore;
  models: readonly ModelArgs[];
  /** Name to filter expression. */
  filters: Readonly<Record<string, string>>;
  /** Keeps a popularity model beside the others, for the gate to compare with. */
  popularityBaseline: boolean;
  trainingTimeoutHours: number;
}

/** A model as others see it. */
export interface Model {
  readonly name: string;
  readonly solutionArn: pulumi.Output<string>;
  readonly campaignArn: pulumi.Output<string>;
  /** The first version; which one the campaign serves later is the retraining's business. */
  readonly firstVersionArn: pulumi.Output<string>;
  readonly minProvisionedTPS: number;
  readonly itemExplorationConfig: { explorationWeight: string; explorationItemAgeCutOff: string } | undefined;
}

/**
 * Everything in Amazon Personalize: datasets and their imports, solutions, first versions, campaigns, tracker, filters.
 * @example
 * new RecommendationModels("pets", { ...config, foundation, data, models: [{ name: "recommendation", recipe:
 *   "aws-user-personalization", hyperParameters: {}, minProvisionedTPS: 1 }] })
 */
export class RecommendationModels extends pulumi.ComponentResource {
  readonly datasetGroupArn: pulumi.Output<string>;
  readonly interactionsDatasetArn: pulumi.Output<string>;
  readonly itemsDatasetArn: pulumi.Output<string>;
  readonly eventTrackerArn: pulumi.Output<string>;
  readonly trackingId: pulumi.Output<string>;
  readonly filterArns: Readonly<Record<string, pulumi.Output<string>>>;
  readonly models: readonly Model[];
  readonly baselineSolutionArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: RecommendationModelsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:models:RecommendationModels", name, {}, opts);
    const { foundation, data } = args;
    const { tags } = foundation;

    const group = this.datasetGroup(name, foundation);
    this.datasetGroupArn = group.arn;
    const importRole = this.importRole(name, foundation, data);
    const interactions = this.dataset(`${name}-interactions`, "Interactions", data.interactions, args, importRole);
    const items = this.dataset(`${name}-items`, "Items", data.items, args, importRole);
    this.interactionsDatasetArn = interactions.datasetArn;
    this.itemsDatasetArn = items.datasetArn;

    const training = {
      datasets: [...interactions.ready, ...items.ready],
      imports: [interactions.importJobArn, items.importJobArn],
    };
    this.models = args.models.map((model) => this.model(name, model, args, training));
    this.baselineSolutionArn = args.popularityBaseline
      ? new Solution(
          `${name}-baseline-solution`,
          {
            name: foundation.name("baseline"),
            datasetGroupArn: group.arn,
            recipeArn: recipeArn("aws-popularity-count"),
            algorithmHyperParameters: {},
            performAutoTraining: false,
            tags,
          },
          { parent: this, dependsOn: training.datasets },
        ).arn
      : undefined;

    const tracker = new EventTracker(
      `${name}-event-tracker`,
      { name: foundation.name("events"), datasetGroupArn: group.arn, tags },
      { parent: this, dependsOn: interactions.dataset },
    );
    this.eventTrackerArn = tracker.arn;
    this.trackingId = tracker.trackingId;

    this.filterArns = Object.fromEntries(
      Object.entries(args.filters).map(([filter, filterExpression]) => [
        filter,
        new Filter(
          `${name}-filter-${filter}`,
          { name: foundation.name(filter), datasetGroupArn: group.arn, filterExpression, tags },
          // An expression names columns: the datasets must be there.
          { parent: this, dependsOn: training.datasets },
        ).arn,
      ]),
    );
    this.registerOutputs({ datasetGroupArn: this.datasetGroupArn, eventTrackerArn: this.eventTrackerArn });
  }

  private datasetGroup(name: string, foundation: Foundation): DatasetGroup {
    const role = new iam.Role(
      `${name}-key-role`,
      {
        name: foundation.name("personalize-key"),
        assumeRolePolicy: assumedBy("personalize.amazonaws.com", foundation.accountId),
        tags: foundation.tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-key-policy`,
      {
        role: role.name,
        policy: policyDocument([
          // As the guide's page on customer keys lists them; there the key's policy names the role, here the account's
          // policies decide, so that the role needs CreateGrant as well.
          allow(
            ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant", "kms:ListGrants"],
            foundation.keyArn,
          ),
        ]),
      },
      { parent: this },
    );
    return new DatasetGroup(
      `${name}-dataset-group`,
      { name: foundation.name("pets"), kmsKeyArn: foundation.keyArn, roleArn: role.arn, tags: foundation.tags },
      { parent: this, dependsOn: policy, protect: foundation.deletionProtection },
    );
  }

  /** The role with which Personalize reads the seed data; ready when its policy is. */
  private importRole(name: string, foundation: Foundation, data: DataStore): pulumi.Output<string> {
    const role = new iam.Role(
      `${name}-import-role`,
      {
        name: foundation.name("personalize-import"),
        assumeRolePolicy: assumedBy("personalize.amazonaws.com", foundation.accountId),
        tags: foundation.tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-import-policy`,
      { role: role.name, policy: policyDocument([...data.readsSeed(), foundation.decrypts()]) },
      { parent: this },
    );
    return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
  }

  private dataset(
    name: string,
    datasetType: "Interactions" | "Items",
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
        importMode: "FULL",
        tags,
      },
      { parent: this },
    );
    // Solutions and filters may be refused while an import runs: they wait for it.
    return { datasetArn: dataset.arn, importJobArn: job.arn, dataset, ready: [dataset, job] };
  }

  private model(
    name: string,
    model: ModelArgs,
    { foundation, trainingTimeoutHours }: RecommendationModelsArgs,
    training: { datasets: pulumi.Resource[]; imports: pulumi.Output<string>[] },
  ): Model {
    const { tags } = foundation;
    const solution = new Solution(
      `${name}-${model.name}-solution`,
      {
        name: foundation.name(model.name),
        datasetGroupArn: this.datasetGroupArn,
        recipeArn: recipeArn(model.recipe),
        algorithmHyperParameters: model.hyperParameters,
        // The service would train weekly beside the gate, at full cost.
        performAutoTraining: false,
        performHPO: false,
        tags,
      },
      // The service refuses to delete a dataset that a solution still uses.
      { parent: this, dependsOn: training.datasets },
    );
    const version = new SolutionVersion(
      `${name}-${model.name}-first-version`,
      {
        solutionArn: solution.arn,
        trainingMode: "FULL",
        trainingData: training.imports,
        timeoutSeconds: trainingTimeoutHours * 3_600,
        tags,
      },
      { parent: this },
    );
    const itemExplorationConfig = model.exploration && {
      explorationWeight: String(model.exploration.weight),
      explorationItemAgeCutOff: String(model.exploration.itemAgeCutOffDays),
    };
    const campaign = new Campaign(
      `${name}-${model.name}-campaign`,
      {
        name: foundation.name(model.name),
        solutionVersionArn: version.arn,
        minProvisionedTPS: model.minProvisionedTPS,
        ...(itemExplorationConfig ? { itemExplorationConfig } : {}),
        tags,
      },
      { parent: this },
    );
    return {
      name: model.name,
      solutionArn: solution.arn,
      campaignArn: campaign.arn,
      firstVersionArn: version.arn,
      minProvisionedTPS: model.minProvisionedTPS,
      itemExplorationConfig,
    };
  }
}

/** Recipes are the service's own: their ARNs have no Region and no account. */
function recipeArn(recipe: string): string {
  return `arn:aws:personalize:::recipe/${recipe}`;
}
