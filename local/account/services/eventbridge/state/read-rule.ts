import type { PutRuleRequest } from "@aws-sdk/client-eventbridge";
import { Fault, notImplemented } from "../../../aws/fault";
import { type EventPattern, PatternError, parsePattern } from "../../../languages/event-pattern/pattern";
import type { RuleSettings } from "./rule";

/** EventBridge quotas, "Event pattern size", by default. */
const patternQuota = 2_048;

/** Reads and checks the settings of a rule. */
export function readRule({
  State = "ENABLED",
  Description,
  EventPattern: patternText = "",
  ...input
}: PutRuleRequest): RuleSettings {
  for (const member of ["ScheduleExpression", "RoleArn"] as const) {
    if (input[member]) throw notImplemented(`events:PutRule with ${member}`);
  }
  if (State !== "ENABLED" && State !== "DISABLED") throw notImplemented(`events:PutRule with State ${State}`);
  if (patternText === "") {
    throw new Fault("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (patternText.length > patternQuota) {
    const message = `The event pattern has ${patternText.length} characters. The quota is ${patternQuota}.`;
    throw new Fault("LimitExceededException", message);
  }
  return { patternText, matches: readPattern(patternText), description: Description, enabled: State === "ENABLED" };
}

function readPattern(text: string): EventPattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new Fault("InvalidEventPatternException", `Event pattern is not valid. Reason: ${error.message}`);
  }
}
