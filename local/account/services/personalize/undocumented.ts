import { ownValue } from "../../aws/record";
/**
 * Responses of the service that the guide leaves open. The defaults are the nearest reading of it; tests of what must not
 * depend on them run under both.
 */
export interface Undocumented {
  /** The form in which Describe returns what was sent: unchanged, or the same in another form. Default: `given`. */
  readonly echo?: "given" | "normalised";
  /** The effect of an UpdateCampaign without `campaignConfig` on the existing one. Default: `keeps`. */
  readonly updateWithoutConfig?: "keeps" | "resets";
  /**
   * The result of a data deletion job whose ids are in a bucket that encrypts with a customer's key: the guide says that
   * such a key cannot be used, and not whether this is about the bucket's default or about the object. Default: `reads`.
   */
  readonly idsInBucketWithKey?: "reads" | "fails";
  /**
   * The actions on the group's key that the role of an import or a data deletion needs: the guide says both that such a role
   * needs five, and that for imports only the key's policy counts. Default: `none`.
   */
  readonly keyOfDataRole?: "none" | "all five";
  /**
   * The time at which an attribution shows the metrics of an UpdateMetricAttribution, which has no status. Default: `at
   * once`.
   */
  readonly metricsAppear?: "at once" | "later";
  /**
   * The fate of the first dataset group and the first import with a role, which IAM may not know everywhere yet. Default:
   * `works`.
   */
  readonly newRole?: "works" | "fails at first";
  /**
   * The spelling of the metric of PutEvents' requests: the guide has `PutEventsRequests`, a set-up in production reads
   * `putEventsRequests`. Default: `PutEventsRequests`.
   */
  readonly putEventsMetric?: "PutEventsRequests" | "putEventsRequests";
  /**
   * The error of a request to the runtime or for events that breaks the service's model, such as a name in `context` with a
   * hyphen: InvalidInputException in the API reference, ValidationException among its "Common errors". Default:
   * `InvalidInputException`.
   */
  readonly modelViolation?: "InvalidInputException" | "ValidationException";
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
function rephrase<T>(answer: T): T {
  if (Array.isArray(answer)) return answer.map(rephrase) as T;
  if (typeof answer !== "object" || answer === null || answer instanceof Date) return answer;
  const members = Object.entries(answer).map(([key, member]) => {
    const rewrite = typeof member === "object" && key === "schema" ? undefined : ownValue(others, key);
    return [key, rewrite && member !== undefined ? rewrite(member) : rephrase(member)];
  });
  return Object.fromEntries(members) as T;
}

/** The handlers, with Describe's responses in another form if configured. */
export function rephraseDescriptions<H extends object>({ echo = "given" }: Undocumented, handlers: H): H {
  if (echo === "given") return handlers;
  const wrapped = Object.entries(handlers).map(([operation, handler]) => [
    operation,
    operation.startsWith("Describe")
      ? async (...request: unknown[]) => rephrase(await (handler as Handler)(...request))
      : handler,
  ]);
  return Object.fromEntries(wrapped) as H;
}

type Handler = (...request: unknown[]) => unknown;
