// The types of values in the stack's configuration. The engine passes a number or a flag as text.
import { z } from "zod";
import { checkTags } from "../../dynamic-providers/checks/tags";
import { suggest } from "../../names/near-names";
import { isTooDeep } from "./levels";
import { isTimeZone, parseRepeatedSchedule } from "./schedule-expression";

/** A whole number in a range. */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.preprocess(parseText, z.number({ error }).int(error).min(least, error).max(most, error));
}

/** A whole number in a range, or `none`. */
export function numberOrNone(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}, or none`;
  const number = z.number({ error }).int(error).min(least, error).max(most, error);
  return z.preprocess(parseText, z.union([z.literal("none"), number], { error }));
}

/** A number in a range, fractions included. */
export function numberFrom(least: number, most: number) {
  const error = `must be a number from ${least} to ${most}`;
  return z.preprocess(parseText, z.number({ error }).min(least, error).max(most, error));
}

export function bool() {
  return z.preprocess(parseText, z.boolean({ error: "must be true or false" }));
}

/** Where one value is allowed, the message has named it. */
const nameMeant = (input: string, values: readonly string[]) => (values.length > 1 ? suggest(input, values) : "");

export function oneOf<const T extends readonly string[]>(values: T) {
  const allowed = `must be one of ${values.join(", ")}`;
  return z.enum(values, { error: ({ input }) => allowed + nameMeant(String(input), values) });
}

export function path() {
  return z.string({ error: "must be the path of a file" }).min(1, "must be the path of a file");
}

/** A URL, or a path in the repository; alarm descriptions contain it. */
export function address() {
  return z.string().regex(/^[^\s#]{1,500}$/, "must be an address without spaces and #");
}

/**
 * A text in a map or a list, where `pulumi config set --path` stores digits as a number, and true
 * and false as flags.
 */
export function text(error = "must be text") {
  // The engine passes on fewer digits than a larger number has.
  const isKept = (value: unknown) => typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  const read = (value: unknown) => (typeof value === "boolean" || isKept(value) ? String(value) : value);
  const lost = "is a number with more digits than are kept: put it in quotes";
  return z.preprocess(read, z.string({ error: ({ input }) => (typeof input === "number" ? lost : error) }));
}

/** A list of e-mail addresses. */
export function emails() {
  const email = z.email({ error: ({ input }) => `"${String(input)}" is not an e-mail address` });
  return z.array(email, { error: "must be a list of e-mail addresses" }).superRefine(listOnce);
}

/** A list of at least one text. */
export function texts() {
  const error = "must be a list of texts";
  const item = text(error).pipe(z.string().min(1, error));
  return z.array(item, { error }).min(1, error).superRefine(listOnce);
}

/** Two of a list would be two resources with one name. */
function listOnce(list: readonly string[], context: z.core.$RefinementCtx): void {
  const again = list.findIndex((each, index) => list.indexOf(each) < index);
  if (again < 0) return;
  const message = `must list each only once, and "${list[again]}" is there twice`;
  context.addIssue(message);
}

export function policyArn() {
  const error = "must be the ARN of a managed policy: arn:aws:iam::<account>:policy/<name>";
  return z.string({ error }).regex(/^arn:aws:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,128}$/, error);
}

/**
 * Tags of all resources. Keys of a role's tags do not differ in case only (IAM guide, "Tags for IAM
 * resources").
 */
export function tags() {
  return textMap().superRefine((given, context) => {
    const keys = ["project", "stack", ...Object.keys(given).map((key) => key.toLowerCase())];
    const twice = keys.filter((key, index) => keys.indexOf(key) < index);
    if (twice.length > 0) context.addIssue(`"${twice[0]}" is there twice: each stack has the tags Project and Stack`);
    for (const problem of checkTags(given)) context.addIssue(problem);
  });
}

/** Texts by name. */
export function textMap() {
  return z.record(z.string(), text(), { error: "must be an object of names and texts" });
}

/** The most event types with weights (guide, "Optimizing a solution with events configuration"). */
const mostWeights = 10;

/** Weights by event type. */
export function eventWeights() {
  const error = "must be an object of event types and weights from 0 to 1";
  return z.record(z.string().min(1), numberFrom(0, 1), { error }).superRefine((given, context) => {
    const weights = Object.values(given);
    if (weights.length === 0 || weights.length > mostWeights) {
      context.addIssue(`must have 1 to ${mostWeights} event types`);
    } else if (weights.every((weight) => weight === 0)) context.addIssue("must have a weight above 0");
  });
}

/** Values by name; the names are allowed in the name of a Personalize resource. */
export function named<Value extends z.core.SomeType>(value: Value, what: string) {
  const naming = "must have a name of 1 to 30 letters, digits, - or _ that begins with a letter or digit";
  return z.record(z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,29}$/), value, {
    error: ({ code }) => (code === "invalid_key" ? naming : `must be an object of names and ${what}`),
  });
}

export function filters() {
  const longest = 2_400;
  const expression = z.string().min(1, "must not be empty").max(longest, `must have at most ${longest} characters`);
  return named(text().pipe(expression), "texts");
}

/** An expression of EventBridge Scheduler. */
export function schedule() {
  const error = "must be cron(minutes hours day-of-month month day-of-week year) or rate(n minutes|hours|days)";
  return z.string({ error }).superRefine((text, context) => {
    try {
      parseRepeatedSchedule(text);
    } catch (reason) {
      // The file has a copy in the local account, so its errors are plain.
      if ((reason as Error).constructor !== Error) throw reason;
      context.addIssue(`${(reason as Error).message}; it ${error}`);
    }
  });
}

export function timeZone() {
  const error = "must be a time zone, such as Europe/Berlin";
  return z.string({ error }).refine(isTimeZone, error);
}

/** An object with these keys; another one is refused with the key that was probably meant. */
export function object<Shape extends z.core.$ZodLooseShape>(shape: Shape, error: string) {
  const describe = (key: string) => `has no key ${key}${suggest(key, Object.keys(shape))}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? issue.keys.map(describe).join(", and ") : error),
  });
}

/** The network of the Lambdas. */
export function network() {
  const error = 'must be none, create, or an object with "vpcId", and perhaps "subnetIds" and "securityGroupIds"';
  const ids = (prefix: string) => {
    const least = `must list at least one id that begins with ${prefix}-`;
    return z.array(z.string().regex(new RegExp(`^${prefix}-[0-9a-f]+$`), least), { error: least }).min(1, least);
  };
  const existing = object(
    {
      vpcId: z.string({ error: "must be the id of a VPC" }).regex(/^vpc-[0-9a-f]+$/, "must be the id of a VPC"),
      subnetIds: ids("subnet").optional(),
      securityGroupIds: ids("sg").optional(),
    },
    error,
  );
  return z.unknown().transform((value, context): "none" | "create" | z.output<typeof existing> => {
    if (value === "none" || value === "create") return value;
    const parsed = existing.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  });
}

/** Quotas of one dataset group, with Personalize's defaults (guide, "Endpoints and quotas"). */
export function quotas() {
  const quota = (usual: number) => wholeNumber(1, 1_000).default(usual);
  const ofGroup = { campaigns: quota(5), solutions: quota(10), filters: quota(30) };
  return object(ofGroup, "must be an object of quotas");
}

/**
 * The account's prices. They have no defaults, because prices change and differ by Region. What is
 * not priced is not in a sum, which says so; the prices that a stack's models need are a rule over
 * several keys (contradictions.ts).
 */
export function prices() {
  const amount = (what: string) => {
    const number = z.number({ error: `must be ${what}` }).min(0, "must not be negative");
    return z.preprocess(parseText, number).optional();
  };
  return object(
    {
      currency: text("must be a currency, such as USD").pipe(z.string().min(1)),
      // Models of v1 recipes are charged by hours (AWS's price list).
      campaignTpsHour: amount("the price of one provisioned TPS for an hour"),
      trainingHour: amount("the price of a training hour"),
      hoursPerTraining: amount("the hours that one training takes"),
      // Models of v2 recipes are charged by requests and by interactions.
      requestThousand: amount("the price of a thousand requests to a v2 campaign"),
      trainingMillionInteractions: amount("the price of training a v2 recipe with a million interactions"),
      millionInteractions: amount("how many million interactions one training uses"),
      // On-demand streams and interface endpoints are charged by the hour.
      streamHour: amount("the price of an on-demand stream for an hour"),
      endpointHour: amount("the price of an interface endpoint in one zone for an hour"),
      // Traffic, of which `recommender costs` knows the quantities.
      streamGigabyteIn: amount("the price of a gigabyte written to an on-demand stream"),
      streamGigabyteOut: amount("the price of a gigabyte read from an on-demand stream"),
      archiveGigabyte: amount("the price of a gigabyte that Firehose takes from a stream"),
      importedGigabyte: amount("the price of a gigabyte that Personalize imports"),
      invocationMillion: amount("the price of a million invocations of functions"),
      gigabyteSecond: amount("the price of a gigabyte-second of functions"),
      logGigabyte: amount("the price of a gigabyte that CloudWatch Logs takes"),
      alarmMonth: amount("the price of an alarm for a month"),
      metricMonth: amount("the price of a custom metric for a month"),
      keyMonth: amount("the price of a KMS key for a month"),
      trainingsPerMonth: amount("how often each model is trained in a month"),
    },
    "must be an object of prices",
  );
}

/**
 * Parses a text with a number or a flag; returns other values as they are. `pulumi config set
 * --path` keeps .1 and +1 as text.
 */
function parseText(value: unknown): unknown {
  if (typeof value !== "string" || !/^([-+]?\.?\d|true$|false$)/.test(value.trim())) return value;
  const parsed = parseJson(
    value
      .trim()
      .replace(/^\+/, "")
      .replace(/^(-?)\./, "$10."),
  );
  return typeof parsed === "string" ? value : parsed;
}

/**
 * Parses a text with a list or an object, as which the engine passes them; returns other values as
 * they are.
 */
export function parseStructure(value: unknown): unknown {
  const parsed = parseIfStructure(value);
  return isTooDeep(parsed) ? value : parsed;
}

/** Says whether `parseStructure` returns a text as it is because it has too many levels. */
export const isTooDeepText = (value: unknown): boolean => isTooDeep(parseIfStructure(value));

const parseIfStructure = (value: unknown): unknown =>
  typeof value === "string" && /^\s*[[{]/.test(value) ? parseJson(value) : value;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
