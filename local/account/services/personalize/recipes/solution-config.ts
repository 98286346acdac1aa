import type { EventsConfig, SolutionConfig } from "@aws-sdk/client-personalize";
import { notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { invalidInput } from "../faults";
import type { EventRow } from "../state/interactions";
import { interactionsDataset, type PersonalizeState, recordsDataset, schemaOf } from "../state/state";
import type { Hyperparameter, Recipe } from "./catalogue";

/**
 * Refuses a configuration that the recipe or the data cannot take. Throws InvalidInputException
 * that names the member.
 */
export function refuseWrongConfig(
  state: PersonalizeState,
  groupArn: string,
  recipe: Recipe,
  eventType: string | undefined,
  config: SolutionConfig,
): void {
  for (const member of ["autoMLConfig", "hpoConfig", "optimizationObjective"] as const) {
    if (config[member]) throw notImplemented(`personalize: solutionConfig.${member}`);
  }
  readTrainingInterval(config);
  refuseWrongParameters("algorithmHyperParameters", config.algorithmHyperParameters, recipe.hyperparameters, recipe);
  refuseWrongParameters(
    "featureTransformationParameters",
    config.featureTransformationParameters,
    recipe.featureTransformations,
    recipe,
  );
  refuseWrongSelection(state, groupArn, recipe, eventType, config);
  refuseWrongColumns(state, groupArn, config);
}

/**
 * Reads how often a solution trains by itself, in milliseconds: 1 to 30 days (API reference,
 * AutoTrainingConfig). Throws InvalidInputException.
 */
export function readTrainingInterval({ autoTrainingConfig }: SolutionConfig): number {
  const { schedulingExpression = "rate(7 days)" } = autoTrainingConfig ?? {};
  const [, days] = /^rate\((\d+) days?\)$/.exec(schedulingExpression) ?? [];
  if (Number(days) >= 1 && Number(days) <= 30) return Number(days) * 86_400_000;
  throw invalidInput(
    `solutionConfig.autoTrainingConfig.schedulingExpression is "${schedulingExpression}"; it must be a rate from ` +
      "rate(1 day) to rate(30 days).",
  );
}

/** Refuses values that a recipe's parameters cannot have. */
function refuseWrongParameters(
  member: string,
  given: Readonly<Record<string, string>> = {},
  known: Readonly<Record<string, Hyperparameter>>,
  recipe: Recipe,
): void {
  for (const [name, text] of Object.entries(given)) {
    const rule = ownValue(known, name);
    if (!rule) throw invalidInput(`solutionConfig.${member}.${name} is not a parameter of the recipe ${recipe.name}.`);
    if (fits(rule, text)) continue;
    throw invalidInput(`solutionConfig.${member}.${name} is "${text}"; it must be ${rangeOf(rule)}.`);
  }
}

function fits(rule: Hyperparameter, text: string): boolean {
  if (rule.kind === "choice") return rule.choices.includes(text.toLowerCase());
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= rule.min && value <= rule.max && (rule.kind === "fraction" || Number.isInteger(value));
}

function rangeOf(rule: Hyperparameter): string {
  if (rule.kind === "choice") return `one of ${rule.choices.join(", ")}`;
  return `a ${rule.kind === "whole" ? "whole number" : "number"} from ${rule.min} to ${rule.max}`;
}

/** Checks which events train: one event type with a threshold, or a list of them, not both. */
function refuseWrongSelection(
  state: PersonalizeState,
  groupArn: string,
  recipe: Recipe,
  eventType: string | undefined,
  { eventValueThreshold, eventsConfig }: SolutionConfig,
): void {
  const hasColumn = (name: string) => {
    const dataset = interactionsDataset(state, groupArn);
    return dataset !== undefined && schemaOf(state, dataset).content.fields.some((field) => field.name === name);
  };
  const list = eventsConfig?.eventParametersList ?? [];
  if (list.length > 0 && !recipe.weighsEvents) {
    throw invalidInput(`solutionConfig.eventsConfig is not available for the recipe ${recipe.name}.`);
  }
  if (list.length > 0 && (eventType !== undefined || eventValueThreshold !== undefined)) {
    throw invalidInput("solutionConfig.eventsConfig cannot be combined with eventType or eventValueThreshold.");
  }
  if ((eventType !== undefined || list.length > 0) && !hasColumn("EVENT_TYPE")) {
    throw invalidInput("An event type is given, but the Interactions schema has no EVENT_TYPE column.");
  }
  if (eventValueThreshold !== undefined && eventType === undefined) {
    throw invalidInput("solutionConfig.eventValueThreshold needs an eventType.");
  }
  if (eventValueThreshold !== undefined && !Number.isFinite(Number(eventValueThreshold))) {
    throw invalidInput(`solutionConfig.eventValueThreshold is "${eventValueThreshold}"; it must be a number.`);
  }
  const needsValue = eventValueThreshold !== undefined || list.some((event) => event.eventValueThreshold !== undefined);
  if (needsValue && !hasColumn("EVENT_VALUE")) {
    throw invalidInput("A value threshold is given, but the Interactions schema has no EVENT_VALUE column.");
  }
  list.forEach(({ eventType }, i) => {
    if (eventType === undefined) throw invalidInput(`eventsConfig.eventParametersList[${i}].eventType is missing.`);
  });
  if (list.length > 0 && list.every(({ weight }) => weight === 0)) {
    throw invalidInput("eventsConfig.eventParametersList gives every event type the weight 0: none would train.");
  }
}

/** Refuses columns that the group's datasets do not have. Throws InvalidInputException. */
export function refuseWrongColumns(
  state: PersonalizeState,
  groupArn: string,
  { trainingDataConfig }: Pick<SolutionConfig, "trainingDataConfig">,
): void {
  const { excludedDatasetColumns, includedDatasetColumns } = trainingDataConfig ?? {};
  if (excludedDatasetColumns && includedDatasetColumns) {
    throw invalidInput("trainingDataConfig takes excludedDatasetColumns or includedDatasetColumns, not both.");
  }
  for (const [type, columns] of Object.entries(excludedDatasetColumns ?? includedDatasetColumns ?? {})) {
    const upper = type.toUpperCase();
    const dataset =
      upper === "INTERACTIONS"
        ? interactionsDataset(state, groupArn)
        : upper === "ITEMS" || upper === "USERS"
          ? recordsDataset(state, groupArn, upper)
          : undefined;
    if (!dataset) throw invalidInput(`trainingDataConfig names ${type}, which DatasetGroup ${groupArn} does not have.`);
    const known = new Set(schemaOf(state, dataset).content.fields.map(({ name }) => name));
    const stranger = columns.find((column) => !known.has(column));
    if (stranger !== undefined) {
      throw invalidInput(`trainingDataConfig names ${stranger}, which is not a column of ${type}.`);
    }
  }
}

/** Selects the events that a solution's versions learn from, and see in histories. */
export function eventSelection(eventType: string | undefined, config: SolutionConfig): (event: EventRow) => boolean {
  const list = config.eventsConfig?.eventParametersList ?? [];
  if (list.length > 0) return (event) => list.some((parameters) => selects(parameters, event));
  if (eventType === undefined) return () => true;
  const threshold = config.eventValueThreshold;
  return (event) =>
    selects({ eventType, eventValueThreshold: threshold === undefined ? undefined : Number(threshold) }, event);
}

/**
 * Returns the reward of an event type in the solution's versions; `undefined` without an events
 * configuration. Only ratios matter: rewards average 1 over the types listed (guide, "Optimizing a
 * solution with events configuration", where the weights .3 and .1 are rewards of 1.5 and .5).
 */
export function eventRewards({ eventsConfig }: SolutionConfig): ((eventType: string) => number) | undefined {
  const list = eventsConfig?.eventParametersList ?? [];
  if (list.length === 0) return undefined;
  const weights = new Map(list.map(({ eventType = "", weight = 1 }) => [eventType.toLowerCase(), weight]));
  const mean = [...weights.values()].reduce((sum, weight) => sum + weight, 0) / weights.size;
  return (eventType) => (weights.get(eventType.toLowerCase()) ?? 0) / mean;
}

function selects(
  { eventType, eventValueThreshold }: NonNullable<EventsConfig["eventParametersList"]>[number],
  event: EventRow,
): boolean {
  if (event.eventType?.toLowerCase() !== eventType?.toLowerCase()) return false;
  return eventValueThreshold === undefined || (event.eventValue ?? Number.NEGATIVE_INFINITY) >= eventValueThreshold;
}
