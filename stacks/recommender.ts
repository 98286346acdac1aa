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
import { ExperimentDefinition } from "../components/serving/experiment-definition";
import { RecommendationServing } from "../components/serving/recommendation-serving";
import { refuseExcess } from "../components/support/refuse-excess";
import { listParameters, parts } from "../names/layout";
import type { StackData } from "../seed/import-files/read-data";
import type { StackConfig } from "./config/config";
import type { GivenExperiment } from "./config/experiment-forms";
import { describeModels, describePlacements } from "./config/models";
import { type RecommenderOutputs, StackContract } from "./outputs-and-parameters";
import type { ServingVersions } from "./serving-versions";

/** What an account has of the stack already; nothing before the first `up`. */
export interface FoundInAccount {
  /** See `StackContractArgs`. */
  readonly ownParameters?: ReadonlySet<string> | undefined;
  /** The versions with which missing campaigns are created. */
  readonly servingVersions?: ServingVersions;
  /**
   * Throws when a retraining runs that began after the look at the account, and before nothing
   * could start one any more.
   */
  readonly requireNoLateRetraining?: () => Promise<void>;
  /** The form in which the definition of the running experiment is kept. @default as it is given */
  readonly keptExperiment?: GivenExperiment | undefined;
}

/**
 * The whole system.
 * @example
 * ```ts
 * import type { StackData } from "../seed/import-files/read-data";
 * import type { StackConfig } from "./config/config";
 * import { Recommender } from "./recommender";
 *
 * export const deploy = (config: StackConfig, data: StackData) =>
 *   new Recommender("recommender", config, data).outputs;
 * ```
 */
export class Recommender extends pulumi.ComponentResource {
  readonly outputs: RecommenderOutputs;
  /** The number of metrics that alarms watch, for the estimate of costs. */
  readonly alarmMetrics: number;

  constructor(name: string, config: StackConfig, given: StackData, found: FoundInAccount = {}) {
    super("recommender:stack:Recommender", name, {}, { transformations: [refuseExcess] });
    const inside = { parent: this };
    const parameters = listParameters(pulumi.getStack());

    const foundation = new Foundation(name, config, inside);
    const network =
      config.network === "none"
        ? undefined
        : new Network(`${name}-network`, { foundation, network: config.network }, inside);
    const { notificationEmails } = config;
    const notifications = new Notifications(name, { foundation, notificationEmails }, inside);
    const { topicArn } = notifications;

    const data = new DataStore(`${name}-data`, { foundation, data: given }, inside);
    const placements = describePlacements(config);
    const described = describeModels(config).map((model) => ({
      ...model,
      servingVersionArn: found.servingVersions && (found.servingVersions[model.name] ?? "none"),
    }));
    // A stack falls asleep in this order: nothing starts a retraining, none runs, the functions
    // call no campaign, the campaigns go. It wakes in the opposite one, because all of them take
    // the ARN of a campaign that serves.
    const callers: pulumi.Resource[] = [];
    const models = new RecommendationModels(
      name,
      { foundation, data, config, models: described, beforeSleep: Promise.resolve().then(() => callers) },
      inside,
    );
    const shared = { foundation, network, config, data };
    const ingestion = new EventIngestion(`${name}-events`, { ...shared, models }, inside);
    const kept = found.keptExperiment ?? config.givenExperiment;
    const experiment =
      config.experiment &&
      kept &&
      new ExperimentDefinition(`${name}-experiment`, { data, experiment: config.experiment, kept }, inside);
    // The group of all schedules, whose metrics the alarms use.
    const { name: scheduleGroup } = new ScheduleGroup(
      `${name}-schedules`,
      { name: foundation.name(parts.scheduleGroup), tags: foundation.tags },
      inside,
    );
    const { streamName } = ingestion;
    const retraining = new ModelRetraining(
      `${name}-retraining`,
      { ...shared, models, streamName, topicArn, scheduleGroup },
      inside,
    );
    const serving = new RecommendationServing(
      `${name}-serving`,
      { ...shared, models, placements, experiment },
      { ...inside, dependsOn: config.asleep ? waitUntilStopped(retraining, found) : [] },
    );
    callers.push(serving);
    const remembered = experiment?.remember(serving);
    const observability = new Observability(
      `${name}-watch`,
      { foundation, network, config, topicArn, ingestion, models, retraining, serving, scheduleGroup },
      inside,
    );
    const contract = new StackContract(
      `${name}-contract`,
      {
        foundation,
        parameters,
        ownParameters: found.ownParameters ?? new Set<string>(),
        data,
        ingestion,
        models,
        notifications,
        observability,
        retraining,
        serving,
        asleep: config.asleep,
        // A stack that configures no placements does not mention them.
        placements: Object.keys(config.placements).length > 0 ? placements : undefined,
        experiment: experiment && remembered && { ...experiment, remembered },
      },
      inside,
    );
    this.outputs = contract.outputs;
    this.alarmMetrics = observability.alarmMetrics;
    this.registerOutputs({});
  }
}

/** Returns the retraining of a stack that is to be asleep when it is off, and none runs. */
function waitUntilStopped(retraining: ModelRetraining, { requireNoLateRetraining }: FoundInAccount) {
  return pulumi.all([retraining.stateMachineArn, retraining.scheduleArn]).apply(async () => {
    if (!pulumi.runtime.isDryRun()) await requireNoLateRetraining?.();
    return [retraining];
  });
}
