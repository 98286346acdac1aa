import type { RetrainingArgs } from "../../components/retraining/definition.ts";
import { createRetrainingDefinition } from "../../components/retraining/state-machine.ts";
import type {
  Json,
  StateMachineDefinition,
} from "../../local/account/services/step-functions/definition/definition.ts";
import { createEvaluator } from "../../local/account/services/step-functions/evaluation/expressions.ts";
import { History } from "../../local/account/services/step-functions/interpreter/history.ts";
import { runStates } from "../../local/account/services/step-functions/interpreter/interpreter.ts";
import { Sequence } from "../../local/account/services/step-functions/interpreter/sequence.ts";
import { StateError } from "../../local/account/services/step-functions/interpreter/state-error.ts";
import { createClock } from "../../local/account/time/clock.ts";
import { defaultGate } from "../support/parse-config.ts";

const start = Date.parse("2026-03-01T03:00:00Z");
const solution = (name: string) => `arn:aws:personalize:eu-west-1:123456789012:solution/${name}`;
const campaign = (name: string) => `arn:aws:personalize:eu-west-1:123456789012:campaign/${name}`;

/** The gate with the defaults of the configuration. */
const gate = defaultGate();

export const retrainingArgs: RetrainingArgs = {
  stack: "test",
  models: ["recommendation", "reranking"].map((name) => ({
    name,
    solutionArn: solution(name),
    campaignArn: campaign(name),
    versionParameter: `/animal-recommender/test/personalize/${name}/solution/version/arn`,
    gate,
    mustBeatPopularity: true,
    onlyOnRequest: false,
    refreshesFallback: name === "recommendation",
  })),
  checkTrainingDataArn: "arn:aws:lambda:eu-west-1:123456789012:function:check-training-data",
  evaluateModelArn: "arn:aws:lambda:eu-west-1:123456789012:function:evaluate-model",
  refreshPopularItemsArn: "arn:aws:lambda:eu-west-1:123456789012:function:refresh-popular-items",
  topicArn: "arn:aws:sns:eu-west-1:123456789012:notifications",
  bucket: "data",
  decisionsPrefix: "decisions/",
  trainingTimeoutHours: 12,
  notifySkips: false,
  asleep: false,
};

const [first, second] = retrainingArgs.models;
if (!first || !second) throw new Error("The machine needs two models.");
export const recommendation = first;
export const reranking = second;
export const newVersion = (model: { solutionArn: string }) => `${model.solutionArn}/new`;
export const oldVersion = (model: { solutionArn: string }) => `${model.solutionArn}/old`;

// biome-ignore lint/suspicious/noExplicitAny: arguments of many services, each read by the one line that knows it.
type Arguments = any;

/** A call of the machine: `personalize:createSolutionVersion`, `lambda:check-training-data`, … */
export interface Called {
  operation: string;
  arguments: Arguments;
}

/** Differences from a run without problems. Each may throw a StateError. */
export interface Day {
  /** The end of a training, and the hours that it takes, by model. */
  training?: Record<string, { status: string; failureReason?: string; hours?: number }>;
  /**
   * The end of a campaign's update; `followedBy` is the version of another one that begins directly
   * after it.
   */
  update?: Record<string, { status: string; failureReason?: string; hours?: number; followedBy?: string }>;
  /** An update of the campaign by others: from when to when, in hours, and to which version. */
  otherUpdate?: Record<string, { from: number; to: number; version: string }>;
  /** The value of a version parameter. @default the version that serves at first */
  parameter?: (name: string) => string;
  /** When versions were created. */
  trainedAt?: Readonly<Record<string, string>>;
  decision?: (model: string) => "promote" | "keep";
  running?: { ExecutionArn: string; StartDate: string }[];
  train?: string[];
  /** Objects in the bucket before the run. */
  objects?: Record<string, unknown>;
  /** Errors by operation. */
  faults?: Record<string, string>;
  /** Operations whose first call runs, and whose answer is lost. */
  lost?: readonly string[];
  args?: Partial<RetrainingArgs>;
}

const executionArn = "arn:aws:states:eu-west-1:123456789012:execution:retraining:run-1";

/**
 * Runs the machine on a manual clock, against simulated services. Proves which calls the machine
 * makes, in which order and until when; that the services take it so is shown by running it in the
 * local account.
 */
export async function runRetraining(input: Json, day: Day = {}) {
  const clock = createClock({ speed: 0, start });
  const called: Called[] = [];
  const world = playServices(day, () => clock.now(), called);
  const environment = {
    clock,
    history: new History(clock),
    evaluator: createEvaluator({ now: clock.now, randomBytes: (length) => Buffer.alloc(length, 1) }),
    region: "eu-west-1",
    context: {
      Execution: { Id: executionArn, Name: "run-1", StartTime: new Date(start).toISOString() },
      StateMachine: { Id: "arn:aws:states:eu-west-1:123456789012:stateMachine:retraining", Name: "retraining" },
    },
    random: () => 0.5,
    prepareTask: async (resource: string, parameters: Json) => async () => world(resource, parameters),
    beforeState: async () => {},
  };
  const definition = createRetrainingDefinition({
    ...retrainingArgs,
    ...day.args,
  }) as unknown as StateMachineDefinition;
  const sequence = new Sequence(environment, new AbortController().signal, { last: 0 });
  const result: { output?: Json; error?: string; cause?: string; hours?: number } = {};
  const hours = () => (clock.now() - start) / 3_600_000;
  runStates(definition, input, sequence).then(
    (output) => Object.assign(result, { output, hours: hours() }),
    (error: unknown) => {
      if (!(error instanceof StateError)) throw error;
      Object.assign(result, { error: error.error, cause: error.message, hours: hours() });
    },
  );
  await clock.advance(48 * 3_600_000);
  const of = (operation: string) => called.filter((one) => one.operation === operation).map((one) => one.arguments);
  const messages = of("sns:publish").map(({ Message }) => String(Message));
  const decisions = Object.fromEntries(of("s3:putObject").map(({ Key, Body }) => [Key, Body]));
  return { ...result, called, of, messages, decisions };
}

type Operations = Readonly<Record<string, (parameters: Arguments) => unknown>>;

/** The stack's functions, by name. */
function playFunctions(day: Day): Operations {
  return {
    "check-training-data": ({ models, force }) => {
      const names = models.map(({ name }: { name: string }) => name);
      return { train: force ? names : (day.train ?? names), reason: force ? "forced" : "new events" };
    },
    "evaluate-model": ({ model, candidate, incumbent }) => ({
      model,
      decision: day.decision?.(model) ?? "promote",
      reason: "measured",
      candidate: { solutionVersionArn: candidate, value: 0.2 },
      incumbent: { solutionVersionArn: incumbent, value: 0.19 },
    }),
    "refresh-popular-items": () => ({ items: 500 }),
  };
}

/** Amazon Personalize, whose trainings and updates take hours. */
function playPersonalize(day: Day, now: () => number): Operations {
  const begun = new Map<string, number>();
  const updates = new Map<string, { version: string; at: number }>();
  const modelOf = (arn: string) => arn.split("/")[1] ?? "";
  const over = (since: number, hours = 1) => now() - since >= hours * 3_600_000;
  const hoursOf = (model: string) => day.update?.[model]?.hours ?? 0.2;
  /** Returns the update of the campaign by someone else, at the moment or before. */
  const otherOf = (model: string) => {
    const other = day.otherUpdate?.[model];
    if (!other || !over(start, other.from)) return undefined;
    const [began, at] = [other.from, other.to].map((hours) => start + hours * 3_600_000) as [number, number];
    return { version: other.version, ended: over(start, other.to), began, at };
  };
  return {
    "personalize:createSolutionVersion": ({ SolutionArn }) => {
      const SolutionVersionArn = `${SolutionArn}/new`;
      begun.set(SolutionVersionArn, now());
      return { SolutionVersionArn };
    },
    "personalize:describeSolutionVersion": ({ SolutionVersionArn }) => {
      const CreationDateTime = new Date(day.trainedAt?.[SolutionVersionArn] ?? start).toISOString();
      const { status, failureReason, hours } = day.training?.[modelOf(SolutionVersionArn)] ?? { status: "ACTIVE" };
      if (!over(begun.get(SolutionVersionArn) ?? start, hours)) {
        return { SolutionVersion: { CreationDateTime, Status: "CREATE IN_PROGRESS" } };
      }
      return {
        SolutionVersion: {
          CreationDateTime,
          Status: status,
          ...(failureReason ? { FailureReason: failureReason } : {}),
        },
      };
    },
    "personalize:stopSolutionVersionCreation": () => ({}),
    "personalize:updateCampaign": ({ CampaignArn, SolutionVersionArn }) => {
      const model = modelOf(CampaignArn);
      const own = updates.get(CampaignArn);
      if (otherOf(model)?.ended === false || (own && !over(own.at, hoursOf(model)))) {
        throw new StateError("Personalize.ResourceInUseException", "Another update is in progress.");
      }
      updates.set(CampaignArn, { version: SolutionVersionArn, at: now() });
      return { CampaignArn };
    },
    "personalize:describeCampaign": ({ CampaignArn }) => {
      const model = modelOf(CampaignArn);
      const update = updates.get(CampaignArn);
      const other = otherOf(model);
      const before = other?.ended ? other.version : `${solution(model)}/old`;
      const serving = { SolutionVersionArn: before, Status: "ACTIVE", MinProvisionedTPS: 1 };
      if (other && (!update || update.at < other.at)) {
        const Status = other.ended ? "ACTIVE" : "CREATE IN_PROGRESS";
        const CreationDateTime = new Date(other.began).toISOString();
        const LatestCampaignUpdate = { SolutionVersionArn: other.version, Status, CreationDateTime };
        return { Campaign: { ...serving, LatestCampaignUpdate } };
      }
      if (!update) return { Campaign: serving };
      const { status, failureReason, followedBy } = day.update?.[model] ?? { status: "ACTIVE" };
      const ended = over(update.at, hoursOf(model));
      const at = (time: number) => new Date(time).toISOString();
      if (ended && followedBy) {
        const Following = { SolutionVersionArn: followedBy, Status: "CREATE IN_PROGRESS", CreationDateTime: at(now()) };
        return { Campaign: { ...serving, SolutionVersionArn: update.version, LatestCampaignUpdate: Following } };
      }
      return {
        Campaign: {
          ...serving,
          SolutionVersionArn: ended && status === "ACTIVE" ? update.version : before,
          LatestCampaignUpdate: {
            SolutionVersionArn: update.version,
            Status: ended ? status : "CREATE IN_PROGRESS",
            CreationDateTime: at(update.at),
            ...(failureReason ? { FailureReason: failureReason } : {}),
          },
        },
      };
    },
  };
}

/** The other services, with the objects of one bucket. */
function playOthers(day: Day): Operations {
  const objects = { ...day.objects };
  return {
    "sfn:listExecutions": () => ({
      Executions: [{ ExecutionArn: executionArn, StartDate: new Date(start).toISOString() }, ...(day.running ?? [])],
    }),
    "s3:getObject": ({ Key }) => {
      const object = objects[Key];
      if (!object) throw new StateError("S3.NoSuchKeyException", "The specified key does not exist.");
      return { Body: JSON.stringify(object) };
    },
    "s3:putObject": ({ Key, IfNoneMatch, Body }) => {
      if (IfNoneMatch === "*" && objects[Key]) {
        const failed = "At least one of the pre-conditions you specified did not hold";
        throw new StateError("S3.S3Exception", `${failed} (Service: S3, Status Code: 412, Request ID: 1)`);
      }
      objects[Key] = Body;
      return {};
    },
    "ssm:getParameter": ({ Name }) => {
      const model = retrainingArgs.models.find(({ versionParameter }) => versionParameter === Name);
      return { Parameter: { Value: day.parameter?.(Name) ?? `${model?.solutionArn}/old` } };
    },
    "ssm:putParameter": () => ({}),
    "cloudwatch:putMetricData": () => ({}),
    "sns:publish": () => ({ MessageId: "message-1" }),
  };
}

/** Runs the task of a state: a function or an operation, with the day's faults. */
function playServices(day: Day, now: () => number, called: Called[]) {
  const functions = playFunctions(day);
  const services = { ...playPersonalize(day, now), ...playOthers(day) };
  const lost = new Set(day.lost);

  return (resource: string, parameters: Arguments): Json => {
    const invoked = resource === "arn:aws:states:::lambda:invoke";
    const name = invoked ? String(parameters.FunctionName).split(":").pop() : "";
    const operation = invoked ? `lambda:${name}` : resource.replace(/^arn:aws:states:::(aws-sdk:)?/, "");
    called.push({ operation, arguments: invoked ? parameters.Payload : parameters });
    const fault = day.faults?.[operation];
    if (fault) throw new StateError(fault, `${fault} happened`);
    const answer = invoked
      ? { Payload: functions[name ?? ""]?.(parameters.Payload) }
      : services[operation]?.(parameters);
    if (lost.delete(operation)) throw new StateError("S3.SdkClientException", "The connection was closed.");
    return answer as Json;
  };
}
