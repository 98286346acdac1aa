import { ScheduleGroup } from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import { DataStore } from "../components/ingestion/data-store";
import { EventIngestion } from "../components/ingestion/event-ingestion";
import { RecommendationModels } from "../components/models/recommendation-models";
import { Notifications } from "../components/observability/notifications";
import { Observability } from "../components/observability/observability";
import { Foundation } from "../components/platform/foundation";
import { Network } from "../components/platform/network";
import { ModelRetraining } from "../components/retraining/model-retraining";
import { RecommendationServing } from "../components/serving/recommendation-serving";
import type { StackConfig } from "./config";
import { type RecommenderOutputs, StackContract } from "./outputs";
import { listParameters } from "./parameters";

/**
 * The whole system.
 * @example new Recommender("recommender", parseConfig(readSettings(), pulumi.getStack()))
 */
export class Recommender extends pulumi.ComponentResource {
  readonly outputs: RecommenderOutputs;

  constructor(name: string, config: StackConfig, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:stack:Recommender", name, {}, opts);
    const inside = { parent: this };
    const parameters = listParameters(pulumi.getStack());

    const foundation = new Foundation(name, config, inside);
    const network =
      config.network === "none"
        ? undefined
        : new Network(`${name}-network`, { foundation, network: config.network }, inside);
    const notifications = new Notifications(
      name,
      { foundation, notificationEmails: config.notificationEmails },
      inside,
    );

    const data = new DataStore(
      `${name}-data`,
      {
        foundation,
        interactions: { csvFile: config.interactionsFile, schemaFile: config.interactionsSchemaFile },
        items: { csvFile: config.itemsFile, schemaFile: config.itemsSchemaFile },
        eventTypes: config.eventTypes,
      },
      inside,
    );
    const models = new RecommendationModels(name, { foundation, data, config, models: describeModels(config) }, inside);
    const [recommendation, reranking] = models.models;
    if (!recommendation) throw new Error("Recommender: the recommendation model is missing.");

    const ingestion = new EventIngestion(
      `${name}-events`,
      {
        foundation,
        network,
        config,
        trackingId: models.trackingId,
        eventTrackerArn: models.eventTrackerArn,
        eventTypes: data.eventTypes,
      },
      inside,
    );
    const serving = new RecommendationServing(
      `${name}-serving`,
      {
        foundation,
        network,
        data,
        recommendationCampaignArn: recommendation.campaignArn,
        rerankingCampaignArn: reranking?.campaignArn,
        filterArns: models.filterArns,
        config,
      },
      inside,
    );
    const schedules = new ScheduleGroup(
      `${name}-schedules`,
      { name: foundation.name("schedules"), tags: foundation.tags },
      inside,
    );
    const retraining = new ModelRetraining(
      `${name}-retraining`,
      {
        foundation,
        network,
        data,
        models,
        topicArn: notifications.topicArn,
        config,
        versionParameters: Object.fromEntries(
          models.models.map(({ name: model }) => [model, parameters.solutionVersion(model)]),
        ),
        scheduleGroup: schedules.name,
      },
      inside,
    );
    const observability = new Observability(
      `${name}-watch`,
      {
        foundation,
        network,
        config,
        topicArn: notifications.topicArn,
        ingestion,
        models,
        retraining,
        serving,
        scheduleGroup: schedules.name,
      },
      inside,
    );
    const contract = new StackContract(
      `${name}-contract`,
      { foundation, parameters, data, ingestion, models, notifications, observability, retraining, serving },
      inside,
    );
    this.outputs = contract.outputs;
    this.registerOutputs({});
  }
}

function describeModels(config: StackConfig) {
  const recommendation = {
    name: "recommendation",
    recipe: config.recommendationRecipe,
    algorithmHyperParameters: config.recommendationHyperParameters,
    minProvisionedTPS: config.minProvisionedTPS,
    exploration: config.exploration,
  };
  const reranking = {
    name: "reranking",
    recipe: config.rerankingRecipe,
    algorithmHyperParameters: config.rerankingHyperParameters,
    minProvisionedTPS: config.rerankMinProvisionedTPS,
  };
  return config.rerankingEnabled ? [recommendation, reranking] : [recommendation];
}
