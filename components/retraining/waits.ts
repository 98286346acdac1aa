import { call } from "./calls";
import type { State } from "./definition";
import { jsonata, piece } from "./jsonata";

/** A campaign update takes minutes; one that takes longer than this has failed. */
export const campaignTimeoutHours = 2;

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
