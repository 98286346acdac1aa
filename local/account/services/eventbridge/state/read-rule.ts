import type { PutRuleRequest } from "@aws-sdk/client-eventbridge";
import { Fault, notImplemented } from "../../../aws/fault";
import { parseSchedule, type Schedule } from "../../../languages/cron";
import { type EventPattern, PatternError, parsePattern } from "../../../languages/event-pattern/pattern";
import type { Rule } from "./rule";

/** EventBridge quotas, "Event pattern size", by default. */
const patternQuota = 2_048;

const invalid = (message: string) => new Fault("ValidationException", message);

/** Reads and checks the settings of a rule. */
export function readRule({ State = "ENABLED", Description, RoleArn, ...input }: PutRuleRequest) {
  // An empty text counts as absent (localstack's tests on AWS put an empty ScheduleExpression and a pattern).
  const patternText = input.EventPattern || undefined;
  const scheduleText = input.ScheduleExpression || undefined;
  if (State !== "ENABLED" && State !== "DISABLED") throw notImplemented(`events:PutRule with State ${State}`);
  if (patternText === undefined && scheduleText === undefined) {
    throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (patternText !== undefined && patternText.length > patternQuota) {
    const message = `The event pattern has ${patternText.length} characters. The quota is ${patternQuota}.`;
    throw new Fault("LimitExceededException", message);
  }
  if (patternText !== undefined) readPattern(patternText);
  return {
    patternText,
    scheduleText,
    schedule: scheduleText === undefined ? undefined : readSchedule(scheduleText),
    description: Description,
    roleArn: RoleArn,
    enabled: State === "ENABLED",
  };
}

/** Throws InvalidEventPatternException with the reason. */
export function readPattern(text: string): EventPattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new Fault("InvalidEventPatternException", `Event pattern is not valid. Reason: ${error.message}`);
  }
}

const read = new WeakMap<Rule, { readonly text: string; readonly pattern: EventPattern }>();

/** Returns whether an event matches a rule's pattern; a rule without one matches none. */
export function matchesPattern(rule: Rule, event: object): boolean {
  const { patternText: text } = rule;
  if (text === undefined) return false;
  const known = read.get(rule);
  if (known?.text === text) return known.pattern(event);
  const pattern = readPattern(text);
  read.set(rule, { text, pattern });
  return pattern(event);
}

/** A rule has cron in UTC or a rate; the unit of a rate must agree with its number, unlike in the Scheduler. */
function readSchedule(expression: string): Schedule {
  const refused = invalid("Parameter ScheduleExpression is not valid.");
  if (!/^(cron|rate)\(/.test(expression)) throw refused;
  if (expression.startsWith("rate(") && /^rate\(1 \w+s\)$|^rate\((?!1 )\d+ \w+[^s]\)$/.test(expression)) throw refused;
  try {
    return parseSchedule(expression);
  } catch {
    throw refused;
  }
}
