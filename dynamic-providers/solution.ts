import type { Solution as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { recipeFailures } from "./checks/recipe-options";
import { aFlag, aName, aNumberText, anArn, aText, checked, optional } from "./checks/rules";
import type { CommonInputs, Kind } from "./resource/kind";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList } from "./resource/tags";
import { changeInPlace } from "./resource/update-in-place";
import { ifGone } from "./service/errors";
import { listAll, type Open, openSession } from "./service/session";
import { stopTraining } from "./service/stop-training";

/** A recipe with its options, on the data of a dataset group. */
export interface SolutionArgs {
  /** Stem of the name in the service, which a hash of the replacing inputs completes. Changing this replaces the solution. */
  name: pulumi.Input<string>;
  /** Changing this replaces the solution. */
  datasetGroupArn: pulumi.Input<string>;
  /** `arn:aws:personalize:::recipe/<recipe>`. Changing this replaces the solution. */
  recipeArn: pulumi.Input<string>;
  /** All values as text. Changing this replaces the solution. */
  algorithmHyperParameters: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Trains on this event type only. @default all. Changing this replaces the solution. */
  eventType?: pulumi.Input<string>;
  /** Trains on events of at least this value only, as text. @default all. Changing this replaces the solution. */
  eventValueThreshold?: pulumi.Input<string>;
  /** Trains by itself, beside the promotion gate and at full cost. Changed in place. @default false */
  performAutoTraining?: pulumi.Input<boolean>;
  /** Schedule of the automatic training, `rate(n days)`, 1 to 30. Changed in place. @default the service's, 7 days */
  schedulingExpression?: pulumi.Input<string>;
  /** Searches hyperparameters at each training, for v1 recipes. Changing this replaces the solution. @default false */
  performHPO?: pulumi.Input<boolean>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long one create, update or delete may take. @default 3600 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface SolutionInputs extends CommonInputs {
  datasetGroupArn: string;
  recipeArn: string;
  algorithmHyperParameters: Record<string, string>;
  eventType?: string;
  eventValueThreshold?: string;
  performAutoTraining: boolean;
  schedulingExpression?: string;
  performHPO: boolean;
}

const solution = (): Kind<SolutionInputs, Described> => {
  const scheduleOf = (seen: Described) =>
    (seen.latestSolutionUpdate?.solutionUpdateConfig?.autoTrainingConfig ?? seen.solutionConfig?.autoTrainingConfig)
      ?.schedulingExpression;
  return {
    kind: "Solution",
    identity({
      name,
      datasetGroupArn,
      recipeArn,
      algorithmHyperParameters,
      eventType,
      eventValueThreshold,
      performHPO,
    }) {
      return { name, datasetGroupArn, recipeArn, algorithmHyperParameters, eventType, eventValueThreshold, performHPO };
    },
    settings: ({ performAutoTraining, schedulingExpression }) => ({ performAutoTraining, schedulingExpression }),
    async find({ api }, { datasetGroupArn }, name) {
      const solutions = await listAll(
        (nextToken) => api.listSolutions({ datasetGroupArn, nextToken }),
        (page) => page.solutions,
      );
      return solutions.find((each) => each.name === name)?.solutionArn;
    },
    async make({ api }, inputs, name) {
      const { algorithmHyperParameters, eventValueThreshold, schedulingExpression } = inputs;
      const answer = await api.createSolution({
        name,
        datasetGroupArn: inputs.datasetGroupArn,
        recipeArn: inputs.recipeArn,
        eventType: inputs.eventType,
        performAutoTraining: inputs.performAutoTraining,
        performHPO: inputs.performHPO,
        solutionConfig: {
          algorithmHyperParameters,
          eventValueThreshold,
          ...(schedulingExpression && { autoTrainingConfig: { schedulingExpression } }),
        },
        tags: tagList(inputs),
      });
      return answer.solutionArn;
    },
    describe: async ({ api }, solutionArn) => (await api.describeSolution({ solutionArn })).solution ?? {},
    destroy: ({ api }, solutionArn) => api.deleteSolution({ solutionArn }),
    observed(seen, given) {
      const { eventValueThreshold, algorithmHyperParameters: there = {} } = seen.solutionConfig ?? {};
      // The service may answer with more than it was given; what was given is what can drift.
      const names = Object.keys(given.algorithmHyperParameters ?? there);
      return {
        datasetGroupArn: seen.datasetGroupArn ?? "",
        recipeArn: seen.recipeArn ?? "",
        algorithmHyperParameters: Object.fromEntries(names.flatMap((key) => (there[key] ? [[key, there[key]]] : []))),
        performAutoTraining: seen.performAutoTraining ?? true,
        performHPO: seen.performHPO ?? false,
        ...(seen.eventType && { eventType: seen.eventType }),
        ...(eventValueThreshold && { eventValueThreshold }),
        ...(given.schedulingExpression && { schedulingExpression: scheduleOf(seen) ?? given.schedulingExpression }),
      };
    },
    nameOf: (seen) => seen.name,
    sync(session, { arn, performAutoTraining, schedulingExpression, answers }) {
      const { api } = session;
      const expected = answers?.schedulingExpression ?? schedulingExpression;
      const solutionUpdateConfig = schedulingExpression ? { autoTrainingConfig: { schedulingExpression } } : undefined;
      return changeInPlace(
        session,
        async () => (await api.describeSolution({ solutionArn: arn })).solution ?? {},
        (seen) => seen.latestSolutionUpdate,
        (seen) =>
          (seen.performAutoTraining ?? true) !== performAutoTraining ||
          (schedulingExpression !== undefined && scheduleOf(seen) !== expected),
        () => api.updateSolution({ solutionArn: arn, performAutoTraining, solutionUpdateConfig }),
      );
    },
    // The service refuses to delete a solution while a version of it is made, by whomever that was started.
    async beforeDelete(session, solutionArn) {
      const versions = await listAll(
        (nextToken) => session.api.listSolutionVersions({ solutionArn, nextToken }),
        (page) => page.solutionVersions,
      ).catch(ifGone([]));
      const running = versions.filter(({ status = "" }) => /^CREATE (PENDING|IN_PROGRESS|STOPPING)$/.test(status));
      for (const { solutionVersionArn = "" } of running) await stopTraining(session, solutionVersionArn);
    },
  };
};

/** The provider over any way to open a session. */
export function solutionProviderOn(open: Open) {
  return lifecycle(solution, open, async (_olds, news) => {
    const { inputs, failures } = checked(news, {
      name: aName(),
      datasetGroupArn: anArn("dataset-group"),
      eventType: optional(aText(/^.{1,256}$/s, "Give 1 to 256 characters.")),
      eventValueThreshold: optional(aNumberText(-1e9, 1e9)),
      performAutoTraining: aFlag,
      performHPO: aFlag,
      schedulingExpression: optional(
        aText(
          /^rate\((1 day|([1-9]|[12]\d|30) days)\)$/,
          "Give rate(1 day) to rate(30 days): days are the service's only unit.",
        ),
      ),
    });
    return { inputs, failures: [...failures, ...recipeFailures(news)] };
  });
}

const solutionProvider = solutionProviderOn(openSession);

/** What is trained, and how. A replacement is made beside the old one, which goes when nothing uses it any more. */
export class Solution extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;

  constructor(name: string, args: SolutionArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 3600, performAutoTraining = false, performHPO = false } = args;
    const outputs = { physicalName: undefined };
    const common = { tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(
      solutionProvider,
      name,
      { ...args, performAutoTraining, performHPO, ...common, ...outputs },
      opts,
      "personalize",
      "Solution",
    );
    this.arn = this.id;
  }
}
