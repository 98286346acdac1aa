import { isDeepStrictEqual } from "node:util";
import type { RecommenderConfig } from "@aws-sdk/client-personalize";
import type { Caller } from "../../../host/service";
import type { Context } from "../context";
import { JobFailure } from "../faults";
import { notBegun } from "../state/registry";
import type { Recommender, SolutionVersion } from "../state/state";
import { createAutomaticUpdates } from "./automatic-update";
import { trainVersion } from "./training";

/** Guide, "Domain recommenders in Amazon Personalize". */
const retrainedEvery = 7 * 86_400_000;
/** Of the type that the use case learns from (guide, "ECOMMERCE use cases"). */
const leastEvents = 1000;

/** The versions behind recommenders: the first one, those of updates, and one a week. */
export interface RecommenderTrainings {
  /** Begins the creation of a recommender, and its weekly trainings. */
  create(call: Caller, recommender: Recommender): void;
  /** Begins an update: the recommender serves as before until it is ACTIVE. */
  update(call: Caller, recommender: Recommender, config: RecommenderConfig): void;
}

interface Work {
  readonly call: Caller;
  readonly recommender: Recommender;
  readonly version: SolutionVersion;
}
interface Update {
  readonly recommender: Recommender;
  readonly config: RecommenderConfig;
}

export function createRecommenderTrainings(context: Context): RecommenderTrainings {
  const { host, store, lifecycle } = context;
  const keepUpToDate = createAutomaticUpdates(context);
  const deploy = ({ call, recommender, version }: Work) => {
    const isDeployed = () =>
      recommender.serving === version && store.of(call).recommenders.get(recommender.arn) === recommender;
    recommender.serving = version;
    keepUpToDate({
      call,
      solution: recommender.solution,
      version,
      isCurrent: isDeployed,
      isServed: () => recommender.status === "ACTIVE",
    });
  };
  const apply = ({ recommender, config }: Update) => {
    recommender.config = config;
    lifecycle.move(recommender, recommender.status);
  };
  const learn = (work: Work) => train(context, work);
  const create = lifecycle.step<Work>({ takes: "training of a recommender", work: learn, finish: deploy });
  const retrain = lifecycle.step<Work>({
    takes: "training",
    work: learn,
    finish(work) {
      // Unless an update of the columns has ended in the meantime.
      if (work.version.config === work.recommender.solution.config) deploy(work);
    },
  });
  const updateColumns = lifecycle.step<Work & Update>({
    takes: "training of a recommender",
    work: learn,
    finish(work) {
      work.recommender.solution.config = work.version.config;
      deploy(work);
      apply(work);
    },
  });
  const updateSettings = lifecycle.step<Update>({ takes: "campaign", finish: apply });
  const newVersion = ({ arn, name, solution }: Recommender, config = solution.config): SolutionVersion => ({
    arn,
    name,
    solutionArn: solution.arn,
    trainingMode: "FULL",
    trainingType: "AUTOMATIC",
    config,
    ...notBegun(host),
  });

  return {
    create(call, recommender) {
      create(recommender, `recommender ${recommender.name}`, { call, recommender, version: newVersion(recommender) });
      planRetraining(context, call, recommender, () => {
        const version = newVersion(recommender);
        retrain(version, `retraining of recommender ${recommender.name}`, { call, recommender, version });
      });
    },

    update(call, recommender, config) {
      const { trainingDataConfig } = config;
      const update = { config, ...notBegun(host) };
      const label = `the update of recommender ${recommender.name}`;
      recommender.latestUpdate = update;
      if (isDeepStrictEqual(trainingDataConfig, recommender.config.trainingDataConfig)) {
        updateSettings(update, label, { recommender, config });
      } else {
        const version = newVersion(recommender, { trainingDataConfig });
        updateColumns(update, label, { call, recommender, version, config });
      }
    },
  };
}

/**
 * Trains every seven days, counted from the creation (guide, "Maintaining recommendation
 * relevance"), but not while the recommender is stopped (guide, "Stopping a recommender").
 */
function planRetraining({ host, store }: Context, call: Caller, recommender: Recommender, retrain: () => void): void {
  const plan = (time: number) => {
    host.clock.at(time, `personalize: retraining of ${recommender.arn}`, () => {
      if (store.of(call).recommenders.get(recommender.arn) !== recommender) return;
      if (recommender.status === "ACTIVE") retrain();
      plan(time + retrainedEvery);
    });
  };
  plan(recommender.created + retrainedEvery);
}

async function train(context: Context, { call, recommender, version }: Work): Promise<void> {
  const { solution } = recommender;
  await trainVersion(
    context,
    { call, solution, version },
    {
      refuse({ interactions }) {
        // In the words of the guide's "Common error messages".
        if (interactions.timestamps.length >= leastEvents || solution.eventType === undefined) return;
        throw new JobFailure(
          `Dataset has fewer than ${leastEvents} interactions after filtering by event type: ${solution.eventType}`,
        );
      },
    },
  );
}
