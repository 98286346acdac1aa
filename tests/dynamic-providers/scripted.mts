import type { Personalize } from "@aws-sdk/client-personalize";
import type { OpenSession } from "../../dynamic-providers/service/session.ts";

/** An answer, or an error to throw, or what computes either from the request. */
export type Answer = object | Error | ((input: never) => object);

/**
 * A service that returns the answers of each operation's list in turn, then the last one again, on
 * a clock that moves only when the provider sleeps. An operation without a list fails the test,
 * because the test does not expect it.
 */
export function scriptService(answers: Record<string, Answer[]>) {
  const calls: [operation: string, input: Record<string, unknown>][] = [];
  const sleeps: number[] = [];
  let time = 1_000_000;
  const queues = new Map(Object.entries(answers).map(([operation, list]) => [operation, [...list]]));
  const api = new Proxy({} as Personalize, {
    get: (_target, operation: string) => async (input: Record<string, unknown>) => {
      calls.push([operation, input]);
      const queue = queues.get(operation);
      const answer = queue && queue.length > 1 ? queue.shift() : queue?.[0];
      if (!answer) throw new Error(`The test expects no ${operation}.`);
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? (answer as (input: object) => object)(input) : answer;
    },
  });
  const open: OpenSession = async (label, timeoutSeconds) => ({
    api,
    label,
    deadline: time + timeoutSeconds * 1000,
    now: () => time,
    sleep: async (ms) => {
      sleeps.push(ms);
      time += ms;
    },
    random: () => 0,
  });
  return {
    open,
    calls,
    sleeps,
    /** The operations called, in order. */
    operations: () => calls.map(([operation]) => operation),
    /** The requests of one operation. */
    inputs: (operation: string) => calls.filter(([name]) => name === operation).map(([, input]) => input),
    now: () => time,
  };
}

/** An exception as the SDK throws it. */
export function createException(name: string, message = "The service's own words."): Error {
  return Object.assign(new Error(message), { name, $fault: "client" });
}

export const createNotFound = () => createException("ResourceNotFoundException", "Nothing there.");

/** Tags as the service lists them. */
export function describeTags(tags: Record<string, string>) {
  return { tags: Object.entries(tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue })) };
}

export const ownerTags = { "pulumi:project": "recommender", "pulumi:stack": "dev", "pulumi:resource": "pets" };

/** Inputs of every resource. */
export const common = { name: "pets", timeoutSeconds: 600, providerVersion: "1", tags: {}, ownerTags };

const account = "arn:aws:personalize:eu-west-1:123456789012";
export const arns = {
  group: `${account}:dataset-group/pets`,
  dataset: `${account}:dataset/pets/ITEMS`,
  schema: `${account}:schema/pets-items`,
  solution: `${account}:solution/pets`,
  version: `${account}:solution/pets/aaaaaaaa`,
  campaign: `${account}:campaign/pets`,
  filter: `${account}:filter/pets`,
  tracker: `${account}:event-tracker/bbbbbbbb`,
  job: `${account}:dataset-import-job/pets`,
  role: "arn:aws:iam::123456789012:role/import",
  recipe: "arn:aws:personalize:::recipe/aws-user-personalization",
};

/** The text that Pulumi uses for a value that is not known before `up`. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
