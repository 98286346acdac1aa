import type * as pulumi from "@pulumi/pulumi";
import { recipes } from "../../dynamic-providers/checks/recipes";
import type { MetricName } from "../../names/layout";
import type { Model, RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { ModelRetraining } from "../retraining/model-retraining";
import type { Watched } from "./alarm";
import { ownMetric } from "./own-metric";
import { watchSleep } from "./sleep-alarm";

export interface ModelAlarmArgs {
  foundation: Foundation;
  models: RecommendationModels;
  retraining: ModelRetraining;
  scheduleGroup: pulumi.Input<string>;
  config: {
    maxModelAgeDays: number;
    rejectedDays: number;
    idleCampaignDays: number;
    asleep: boolean;
  };
}

/** Returns the alarms of training and of the campaigns' costs. */
export function listModelAlarms(args: ModelAlarmArgs): Record<string, Watched> {
  const { models, retraining, scheduleGroup, config } = args;
  const ofModels = config.asleep
    ? [{ asleep: watchSleep(args.foundation) }]
    : models.models.map((model) => listHealthAlarms(args, model));
  return {
    ...Object.fromEntries(ofModels.flatMap(Object.entries<Watched>)),
    "schedule-failed": {
      description: "A schedule could not start the retraining or the report of the models' health",
      namespace: "AWS/Scheduler",
      metricName: "TargetErrorCount",
      dimensions: { ScheduleGroup: scheduleGroup },
      statistic: "Sum",
      threshold: 1,
    },
    "retraining-failed": {
      description: "A retraining or a rollback failed; the execution says why",
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: retraining.stateMachineArn },
      statistic: "Sum",
      threshold: 1,
    },
  };
}

/**
 * The alarms on what `report-model-health` publishes of a model. Its name is behind a dot, which no
 * stack's name contains: `prod-eu` would share the alarms of the placement `eu-recommendation` of
 * `prod` otherwise.
 */
function listHealthAlarms(
  { foundation, config }: ModelAlarmArgs,
  { name: model, recipe }: Pick<Model, "name" | "recipe">,
): Record<string, Watched> {
  const { maxModelAgeDays, rejectedDays, idleCampaignDays } = config;
  const moreThan = (name: MetricName, days: number) => ({
    ...ownMetric(foundation, name, "Maximum", model),
    threshold: days,
    comparison: "GreaterThanThreshold" as const,
    periodSeconds: 3_600,
  });
  const age: Record<string, Watched> = {
    [`age.${model}`]: {
      ...moreThan("StaleModelDays", maxModelAgeDays),
      description: `The ${model} model is older than ${maxModelAgeDays} days although there are new events, or its age is no longer reported`,
      section: "model-age",
      periods: 3,
      // A new stack has no value until the first report. Reports that stop are found by this alarm
      // alone.
      missingValues: "lost",
    },
  };
  return {
    // A model that follows events without a training does not age.
    ...(recipes[recipe].refreshesItself ? {} : age),
    [`rejected.${model}`]: {
      ...moreThan("UnservedVersionDays", rejectedDays),
      description: `For more than ${rejectedDays} days no newer version of the ${model} model has been promoted, although there are some`,
      section: "versions-rejected",
    },
    [`idle.${model}`]: {
      ...moreThan("IdleCampaignDays", idleCampaignDays),
      description: `The campaign of the ${model} model has had no request of a caller for more than ${idleCampaignDays} days, and costs money by the hour`,
      section: "campaign-idle",
    },
  };
}
