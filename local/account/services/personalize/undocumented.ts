import { ownValue } from "../../aws/record";

/** A response of the service that the guide leaves open. */
interface Option {
  /** The default: the nearest reading of the guide, or what the service was recorded to do. */
  readonly assumed: string;
  readonly otherwise: string;
  readonly question: string;
  /** Both values as answers to the question. */
  readonly answers: Readonly<Record<string, string>>;
  /** What would change in a program if the answer is `assumed`; absent: nothing. */
  readonly use?: string;
  /** The effect on a program if the answer is `otherwise`. */
  readonly consequence: string;
  /** The step of the conformance suite that settles it, and the first stage that has it. */
  readonly step: string;
  readonly stage: 0 | 1;
}

const firstImport = "the first import names its source";

/**
 * Tests of what must not depend on one of these run under both values. The most urgent question is
 * the first.
 */
export const options = {
  /**
   * The keys `aws:SourceAccount` and `aws:SourceArn` when the service uses a key: the guide has
   * them in trust policies only ("Cross-service confused deputy prevention"), and its sample of a
   * key's policy has no condition.
   */
  sourceForKey: {
    assumed: "named",
    otherwise: "not named",
    question: "Does the service name its account and resource when it uses a key?",
    answers: { named: "yes", "not named": "no" },
    use: "the key's policy can demand both: `StringEquals` and `ArnLike` without `IfExists`",
    consequence: "nothing changes: `IfExists` in the key's policy lets it in",
    step: firstImport,
    stage: 0,
  },
  /**
   * The same when it reads and writes a bucket: the guide's sample of a bucket's policy has no
   * condition.
   */
  sourceForBucket: {
    assumed: "named",
    otherwise: "not named",
    question: "Does the service name its account and resource when it reads a bucket?",
    answers: { named: "yes", "not named": "no" },
    use: "the bucket's policy can demand both: `StringEquals` and `ArnLike` without `IfExists`",
    consequence: "nothing changes: `IfExists` in the bucket's policy lets it in",
    step: firstImport,
    stage: 0,
  },
  /** The same when it assumes a role, where the guide has both keys. */
  sourceForRole: {
    assumed: "named",
    otherwise: "not named",
    question: "Does the service name its account and resource when it assumes a role?",
    answers: { named: "yes, as its guide says", "not named": "no" },
    consequence: "the first deployment ends at its first role, and the trust policies need `IfExists` too",
    step: firstImport,
    stage: 0,
  },
  /**
   * The fate of a dataset group and an import with a role, which IAM may not know everywhere yet.
   */
  newRole: {
    assumed: "works",
    otherwise: "fails at first",
    question: "Does a role work directly after its creation?",
    answers: { works: "yes", "fails at first": "no, it fails at first" },
    consequence: "groups and imports are created again, if the reason speaks of access or roles",
    step: "a role is used directly after its creation",
    stage: 0,
  },
  /**
   * The actions on the group's key that the role of an import or a data deletion needs: the guide
   * says both that such a role needs five, and that for imports only the key's policy counts.
   */
  keyOfDataRole: {
    assumed: "none",
    otherwise: "all five",
    question: "Which rights to a group's key does the role of an import need?",
    answers: { none: "none", "all five": "all five that the guide lists" },
    consequence: "nothing changes, it has them",
    step: "a role without rights to the key imports into a group with one",
    stage: 0,
  },
  /**
   * The result of a data deletion job whose ids are in a bucket that encrypts with a customer's
   * key: the guide says that such a key cannot be used, and not whether this is about the bucket's
   * default or about the object.
   */
  idsInBucketWithKey: {
    assumed: "reads",
    otherwise: "fails",
    question: "Does a deletion job read ids from a bucket that encrypts with a key?",
    answers: { reads: "yes", fails: "no, the job fails" },
    consequence: "erasing a visitor fails until the ids are in a bucket without one",
    step: "the ids to delete are in a bucket that encrypts with a key",
    stage: 0,
  },
  /**
   * "It can take up to a day to delete all references to the users" (API reference,
   * CreateDataDeletionJob).
   */
  deletionTakes: {
    assumed: "minutes",
    otherwise: "a day",
    question: "Does a data deletion job end before everything else of the evening?",
    answers: { minutes: "yes", "a day": "no, it was still running" },
    consequence: "nothing changes, erasing a visitor goes on when it is started again",
    step: "users are deleted",
    stage: 0,
  },
  /** The form in which Describe returns what was sent: unchanged, or the same in another form. */
  echo: {
    assumed: "given",
    otherwise: "normalised",
    question: "Does Describe return filters, schemas and numbers as they were sent?",
    answers: { given: "yes", normalised: "no, in another form" },
    consequence: "nothing changes, they are compared by meaning",
    step: "values are described as they were sent",
    stage: 0,
  },
  /**
   * The time at which an attribution shows the metrics of an UpdateMetricAttribution, which has no
   * status.
   */
  metricsAppear: {
    assumed: "at once",
    otherwise: "later",
    question: "When does an attribution show updated metrics?",
    answers: { "at once": "at once", later: "some time after the update" },
    consequence: "nothing changes, the update waits",
    step: "an updated attribution shows its metrics",
    stage: 0,
  },
  /**
   * The error of a request to the runtime or for events that breaks the service's model, such as a
   * name in `context` with a hyphen: InvalidInputException in the API reference,
   * ValidationException among its "Common errors".
   */
  modelViolation: {
    assumed: "InvalidInputException",
    otherwise: "ValidationException",
    question: "Which error has a request that breaks the service's model?",
    answers: { InvalidInputException: "`InvalidInputException`", ValidationException: "`ValidationException`" },
    consequence: "nothing changes, both are the caller's fault",
    step: "a request breaks the model",
    stage: 0,
  },
  /**
   * The spelling of the metric of PutEvents' requests: the guide has `PutEventsRequests`, a set-up
   * in production reads `putEventsRequests`.
   */
  putEventsMetric: {
    assumed: "PutEventsRequests",
    otherwise: "putEventsRequests",
    question: "How is the metric of PutEvents' requests spelled?",
    answers: { PutEventsRequests: "`PutEventsRequests`", putEventsRequests: "`putEventsRequests`" },
    consequence: "the console's pipeline shows no calls",
    step: "the requests appear as metrics",
    stage: 0,
  },
  /** The effect of an UpdateCampaign without `campaignConfig` on the existing one. */
  updateWithoutConfig: {
    assumed: "keeps",
    otherwise: "resets",
    question: "Does UpdateCampaign without `campaignConfig` keep it?",
    answers: { keeps: "yes", resets: "no, it resets it" },
    consequence: "nothing changes, every update sends it",
    step: "a campaign is updated without its configuration",
    stage: 1,
  },
  /** The effect of an UpdateSolution with an empty list of event parameters on the existing one. */
  removedWeights: {
    assumed: "removed",
    otherwise: "kept",
    question: "Does UpdateSolution with an empty list remove event weights?",
    answers: { removed: "yes", kept: "no, it keeps them" },
    consequence: "the deployment that removes them fails, and says to give each type the weight 1",
    step: "a solution is updated with an empty list of event parameters",
    stage: 1,
  },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof options;
export type Undocumented = {
  readonly [O in OptionName]?: (typeof options)[O]["assumed" | "otherwise"];
};

/** The value of each option, the assumed one where none is given. */
export type Behaviour = Required<Undocumented>;

/** Completes an account's behaviour with the assumed values. */
export function completeBehaviour(given: Undocumented): Behaviour {
  const assumed = Object.entries(options).map(([name, option]) => [name, option.assumed]);
  return { ...(Object.fromEntries(assumed) as Behaviour), ...given };
}

const numbers = (texts: unknown) =>
  Object.fromEntries(
    Object.entries(texts as Record<string, string>)
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([key, text]) => [key, number(text)]),
  );
const number = (text: unknown) => (text === "" || Number.isNaN(Number(text)) ? text : String(Number(text)));

/** The same in another form: normalised numbers, other white space, another order. */
const others: Readonly<Record<string, (value: unknown) => unknown>> = {
  algorithmHyperParameters: numbers,
  itemExplorationConfig: numbers,
  eventValueThreshold: number,
  filterExpression: (text) =>
    String(text)
      .replace(/\s+/g, " ")
      .replace(/\s*([(),=])\s*/g, "$1"),
  schema: (text) => JSON.stringify(reverseMembers(JSON.parse(String(text)))),
};

/** With the members of each object in the opposite order. */
function reverseMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseMembers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reverseMembers(member)]),
  );
}

/** A response with each text of the user in another form. */
export function rephrase<T>(answer: T): T {
  if (Array.isArray(answer)) return answer.map(rephrase) as T;
  if (typeof answer !== "object" || answer === null || answer instanceof Date) return answer;
  const members = Object.entries(answer).map(([key, member]) => {
    const rewrite = typeof member === "object" && key === "schema" ? undefined : ownValue(others, key);
    return [key, rewrite && member !== undefined ? rewrite(member) : rephrase(member)];
  });
  return Object.fromEntries(members) as T;
}
