/** A state of Amazon States Language; asl-validator and the service check what TypeScript does not. */
export type State = Record<string, unknown> & { Type: string };

/**
 * Throttling and passing faults of the services. Step Functions names unmodelled errors of Personalize, throttling
 * among them, by the SDK's base class.
 */
export const callRetries = [
  // What was wrong stays wrong.
  { ErrorEquals: ["Personalize.InvalidInputException", "Personalize.ResourceNotFoundException"], MaxAttempts: 0 },
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
 * For the creation of a solution version: only errors after which surely nothing was begun are tried again, because each
 * training is paid for. Throttling has no name of its own in the service's model and is not among them; the SDK
 * integration itself tries a throttled call again.
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

/** A message to the topic. `subject` and `message` are JSONata; the subject is cut to what e-mail takes. */
export function notify(args: { stack: string; topicArn: string }, subject: string, message: string): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::sns:publish",
    Arguments: {
      TopicArn: args.topicArn,
      Subject: `{% $substring('${args.stack}: ' & ${subject}, 0, 100) %}`,
      Message: `{% ${message} %}`,
    },
    Retry: callRetries,
  };
}

/** Names of the variables of one wait. An inner scope may not assign what an outer one has: each wait has its own. */
export function waitVariables(prefix: string) {
  return { begun: `${prefix}Begun`, pause: `${prefix}Pause`, status: `${prefix}Status`, failure: `${prefix}Failure` };
}

/** The variables at the beginning of a wait. */
export function beginWait(prefix: string): Record<string, unknown> {
  const { begun, pause } = waitVariables(prefix);
  return { [begun]: "{% $millis() %}", [pause]: 15 };
}

/** The next pause: half as long again, up to `most` seconds. */
export function longerPause(prefix: string, most: number): Record<string, unknown> {
  const { pause } = waitVariables(prefix);
  return { [pause]: `{% $floor($min([$${pause} * 1.5, ${most}])) %}` };
}

/** The condition that a wait has lasted longer than `hours`. */
export function waitedLonger(prefix: string, hours: number): string {
  return `{% $millis() - $${waitVariables(prefix).begun} > ${hours * 3_600_000} %}`;
}

export interface WaitForTrainingArgs {
  /** Variable that holds the version's ARN; also the prefix of the wait's own variables. */
  version: string;
  names: { wait: string; describe: string; judge: string };
  timeoutHours: number;
  /** Next states: trained; ended otherwise, with `$<version>Failure`; still running at the deadline. */
  trained: string;
  failed: string;
  late: string;
  /** Where errors of the calls go, if anywhere. */
  catch?: unknown[];
}

/** Waits with growing pauses until a solution version is ACTIVE or ends otherwise. Statuses are compared whole. */
export function waitForTraining(args: WaitForTrainingArgs): Record<string, State> {
  const { names, version } = args;
  const { pause, status, failure } = waitVariables(version);
  const described = "$states.result.SolutionVersion";
  return {
    [names.wait]: { Type: "Wait", Seconds: `{% $${pause} %}`, Next: names.describe },
    [names.describe]: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:personalize:describeSolutionVersion",
      Arguments: { SolutionVersionArn: `{% $${version} %}` },
      Retry: callRetries,
      ...(args.catch ? { Catch: args.catch } : {}),
      Assign: {
        [status]: `{% ${described}.Status %}`,
        [failure]: `{% ${described}.Status & ($exists(${described}.FailureReason) ? ': ' & ${described}.FailureReason : '') %}`,
        ...longerPause(version, 300),
      },
      Next: names.judge,
    },
    [names.judge]: {
      Type: "Choice",
      Choices: [
        { Condition: `{% $${status} = 'ACTIVE' %}`, Next: args.trained },
        { Condition: `{% $${status} in ['CREATE FAILED', 'CREATE STOPPED'] %}`, Next: args.failed },
        { Condition: waitedLonger(version, args.timeoutHours), Next: args.late },
      ],
      Default: names.wait,
    },
  };
}
