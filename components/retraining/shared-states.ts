import type { RetrainingArgs, State } from "./definition";
import { jsonata, piece } from "./jsonata";

/**
 * Retries throttling and temporary faults of the services. Step Functions names unmodelled errors
 * of Personalize, throttling among them, by the SDK's base class.
 */
export const callRetries = [
  // A retry of these fails again.
  {
    ErrorEquals: [
      "Personalize.InvalidInputException",
      "Personalize.ResourceNotFoundException",
      "S3.NoSuchKeyException",
    ],
    MaxAttempts: 0,
  },
  {
    ErrorEquals: ["States.TaskFailed", "States.Timeout"],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 5,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  },
];

/**
 * For the creation of a solution version: retries only errors after which certainly no training has
 * started, because each training is paid for. Throttling has no name in the service's model and is
 * not among them; the SDK integration itself retries a throttled call.
 */
export const trainingRetries = [
  {
    ErrorEquals: ["Personalize.LimitExceededException", "Personalize.ResourceInUseException"],
    IntervalSeconds: 60,
    BackoffRate: 2,
    MaxAttempts: 5,
    MaxDelaySeconds: 900,
    JitterStrategy: "FULL",
  },
];

/** A campaign update takes minutes; one that takes longer than this has failed. */
export const campaignTimeoutHours = 2;

/** Calls an operation of AWS, by Step Functions' integration of the SDK. */
export const call = (operation: string, parameters: object) => ({
  Type: "Task",
  Resource: `arn:aws:states:::aws-sdk:${operation}`,
  Arguments: parameters,
  Retry: callRetries,
});

/** Writes the version that serves to a model's parameter. */
export const storeVersion = (parameter: string, version: string) =>
  call("ssm:putParameter", { Name: parameter, Value: version, Type: "String", Overwrite: true });

/** Invokes a function with JSONata for each member of its input. */
export const invoke = <Input extends object = never>(
  functionArn: string,
  payload: NoInfer<{ [Member in keyof Required<Input>]: string }>,
) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: functionArn, Payload: payload },
  Retry: callRetries,
});

/** Ends this model as failed, with a record. The other models continue. */
export const fail = (reason: string) => ({ Assign: { outcome: "failed", reason }, Next: "Record the decision" });

export const catchAll = (then: { Assign?: object; Output?: string; Next: string }) => [
  { ErrorEquals: ["States.ALL"], ...then },
];

export const catchFailure = catchAll(
  fail(jsonata`$states.errorOutput.Error & ': ' & $string($states.errorOutput.Cause)`),
);

/** Reads which version serves, and the state of the campaign's latest update. */
export const describeCampaign = {
  ...call("personalize:describeCampaign", { CampaignArn: jsonata`$model.campaignArn` }),
  Catch: catchFailure,
};

/**
 * Assigns the status of the campaign's latest update: `updateStatus` if it is one to the candidate,
 * `otherUpdate` whatever its version is. Both are empty for a campaign that was never updated.
 */
export const latestUpdate = (() => {
  const latest = "$states.result.Campaign.LatestCampaignUpdate";
  return {
    otherUpdate: jsonata`$exists(${latest}.Status) ? ${latest}.Status : ''`,
    updateStatus: jsonata`${latest}.SolutionVersionArn = $candidate ? ${latest}.Status : 'not seen yet'`,
    updateFailure: jsonata`$exists(${latest}.FailureReason) ? ${latest}.FailureReason : 'no reason given'`,
  };
})();

/**
 * Publishes to the topic. `subject` and `message` are JSONata; the subject is cut to the length
 * that e-mail allows.
 */
export function notify(args: { stack: string; topicArn: string }, subject: string, message: string): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::sns:publish",
    Arguments: {
      TopicArn: args.topicArn,
      Subject: jsonata`$substring('${args.stack}: ' & ${subject}, 0, 100)`,
      Message: jsonata`${message}`,
    },
    Retry: callRetries,
  };
}

/**
 * Assigns the variables at the start of a wait. An inner scope must not assign a variable of an
 * outer one, so the names of each wait's variables begin with its prefix.
 */
export function startWait(prefix: string): Record<string, unknown> {
  return { [`${prefix}Begun`]: jsonata`$millis()`, [`${prefix}Pause`]: 15 };
}

/** Assigns the next pause: half as long again, up to `most` seconds. */
export function lengthenPause(prefix: string, most: number): Record<string, unknown> {
  return { [`${prefix}Pause`]: jsonata`$floor($min([$${prefix}Pause * 1.5, ${String(most)}]))` };
}

/** The condition that a wait has lasted longer than `hours`. */
export function hasWaitedLonger(prefix: string, hours: number): string {
  return jsonata`$millis() - $${prefix}Begun > ${String(hours * 3_600_000)}`;
}

export interface WaitForTrainingArgs {
  /** Variable with the version's ARN; also the prefix of the wait's own variables. */
  version: string;
  names: { wait: string; describe: string; judge: string };
  timeoutHours: number;
  /**
   * Next states: trained; ended otherwise, with `$<version>Failure`; still running at the deadline.
   */
  trained: string;
  failed: { Assign?: object; Next: string };
  timedOut: string;
  /** The state that handles errors of the calls, if any. */
  catch?: unknown[];
}

/**
 * Waits with growing pauses until a solution version is ACTIVE or ends otherwise. Statuses are
 * compared as whole texts.
 */
export function waitForTraining(args: WaitForTrainingArgs): Record<string, State> {
  const { names, version } = args;
  const described = "$states.result.SolutionVersion";
  const reason = piece`$exists(${described}.FailureReason) ? ': ' & ${described}.FailureReason : ''`;
  return {
    [names.wait]: { Type: "Wait", Seconds: jsonata`$${version}Pause`, Next: names.describe },
    [names.describe]: {
      ...call("personalize:describeSolutionVersion", { SolutionVersionArn: jsonata`$${version}` }),
      ...(args.catch ? { Catch: args.catch } : {}),
      Assign: {
        [`${version}Status`]: jsonata`${described}.Status`,
        [`${version}Failure`]: jsonata`${described}.Status & (${reason})`,
        ...lengthenPause(version, 300),
      },
      Next: names.judge,
    },
    [names.judge]: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata`$${version}Status = 'ACTIVE'`, Next: args.trained },
        { Condition: jsonata`$${version}Status in ['CREATE FAILED', 'CREATE STOPPED']`, ...args.failed },
        { Condition: hasWaitedLonger(version, args.timeoutHours), Next: args.timedOut },
      ],
      Default: names.wait,
    },
  };
}

/** The state that a skipped run goes to. */
export const nextOfSkip = ({ notifySkips }: RetrainingArgs) => (notifySkips ? "Announce the skip" : "Skipped");
