// The states that call AWS.
import { catchFailure } from "./failures";
import { jsonata } from "./jsonata";

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
