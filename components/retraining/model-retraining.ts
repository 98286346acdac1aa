import * as sfn from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import { recipes } from "../../dynamic-providers/checks/recipes";
import type { Gate } from "../../functions/retraining/promotion-gate";
import { listParameters, parts, prefixes, scheduleParts } from "../../names/layout";
import { logGroups } from "../../names/log-groups";
import type { Model } from "../models/recommendation-models";
import { createSchedule } from "../platform/schedule";
import { createServiceRole } from "../platform/service-role";
import type { RetrainedModel } from "./definition";
import { createFunctions, type Functions, type RetrainingFunctionsArgs } from "./functions";
import { listPermissions } from "./permissions";
import { createRetrainingDefinition } from "./state-machine";

/** The keys of the stack's configuration that this component uses. */
export interface RetrainingConfig {
  /** The gate's bounds, by model name. */
  gates: Readonly<Record<string, Gate>>;
  /** `rate(…)` or `cron(…)`. */
  retrainingSchedule: string;
  retrainingTimeZone: string;
  leastNewEvents: number;
  trainingTimeoutHours: number;
  /** Sends a message to the topic also when a run had nothing to do. */
  notifySkips: boolean;
  /** Trains, promotes and rolls back nothing. */
  asleep: boolean;
}

export interface ModelRetrainingArgs extends RetrainingFunctionsArgs {
  topicArn: pulumi.Input<string>;
  config: RetrainingConfig;
  /** Name of the stack's schedule group. */
  scheduleGroup: pulumi.Input<string>;
}

/**
 * The daily retraining: a state machine with a gate, its schedule, and its functions.
 * @example
 * ```ts
 * import { ModelRetraining, type ModelRetrainingArgs } from "./model-retraining";
 *
 * export const retrain = (args: ModelRetrainingArgs) =>
 *   new ModelRetraining("retraining", args).stateMachineArn;
 * ```
 */
export class ModelRetraining extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly scheduleArn: pulumi.Output<string>;

  constructor(name: string, args: ModelRetrainingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:retraining:ModelRetraining", name, {}, opts);
    const { foundation } = args;
    const functions = createFunctions(name, args, this);
    const physical = foundation.name(parts.stateMachine);
    const logs = foundation.createLogGroup(`${name}-logs`, logGroups.ofStateMachine(physical), this);
    const role = createServiceRole(
      name,
      {
        foundation,
        roleName: physical,
        trust: foundation.createTrust("states", `stateMachine:${physical}`),
        statements: listPermissions(args, functions, physical, logs),
      },
      this,
    );
    const machine = new sfn.StateMachine(
      `${name}-state-machine`,
      {
        name: physical,
        type: "STANDARD",
        roleArn: role.arn,
        definition: this.createDefinition(args, functions),
        loggingConfiguration: {
          level: "ALL",
          includeExecutionData: true,
          logDestination: pulumi.interpolate`${logs.arn}:*`,
        },
        tags: foundation.tags,
      },
      {
        parent: this,
        dependsOn: role.policy,
        // Running executions end at their next transition, and only then is the machine deleted
        // (API reference, DeleteStateMachine). The longest state takes 15 minutes: a function, or
        // the pause before a retry.
        customTimeouts: { delete: "30m" },
      },
    );
    const schedule = createSchedule(
      name,
      {
        foundation,
        groupName: args.scheduleGroup,
        part: scheduleParts.retraining,
        description: "Retrains the models",
        scheduleExpression: args.config.retrainingSchedule,
        scheduleExpressionTimezone: args.config.retrainingTimeZone,
        target: machine.arn,
        asleep: args.config.asleep,
        input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
        action: "states:StartExecution",
      },
      this,
    );
    this.stateMachineArn = machine.arn;
    this.scheduleArn = schedule.arn;
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }

  private createDefinition(args: ModelRetrainingArgs, { check, evaluate, refresh }: Functions): pulumi.Output<string> {
    const { data, models, config } = args;
    const resolved = pulumi.output({
      stack: args.foundation.stack,
      models: models.models.map((model) => describeModel(model, args)),
      baselineSolutionArn: models.baselineSolutionArn,
      checkTrainingDataArn: check.arn,
      evaluateModelArn: evaluate.arn,
      refreshPopularItemsArn: refresh.arn,
      topicArn: args.topicArn,
      bucket: data.bucketName,
      decisionsPrefix: prefixes.decisions,
      trainingTimeoutHours: config.trainingTimeoutHours,
      notifySkips: config.notifySkips,
      asleep: config.asleep,
    });
    return resolved.apply((definition) => JSON.stringify(createRetrainingDefinition(definition)));
  }
}

/** Describes a model to the state machine. */
function describeModel(model: Model, args: ModelRetrainingArgs): pulumi.Input<RetrainedModel> {
  const gate = new Map(Object.entries(args.config.gates)).get(model.name);
  if (!gate) throw new Error(`ModelRetraining: \`config.gates\` has no entry for the model "${model.name}".`);
  return pulumi.all([model.solutionArn, model.campaignArn]).apply(([solutionArn, campaignArn]) => ({
    name: model.name,
    solutionArn,
    campaignArn,
    versionParameter: listParameters(args.foundation.stack).solutionVersion(model.name),
    gate,
    mustBeatPopularity: recipes[model.recipe].personal,
    onlyOnRequest: recipes[model.recipe].refreshesItself,
    refreshesFallback: model === args.models.recommendation,
  }));
}
