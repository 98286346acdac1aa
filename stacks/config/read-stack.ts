// What a stack is made of: its configuration and the files that it names, compared with each other
// before anything is created.

import { attempt } from "../../names/attempt";
import { requireNames, type StackName } from "../../names/physical-names";
import type { Refusal } from "../../names/refusal";
import { type JudgedData, judgeData, type StackData } from "../../seed/import-files/read-data";
import { completeConfig, readValues, type StackConfig } from "./config";
import { contradictions } from "./contradictions";
import { dataRules } from "./data-rules";
import { warnOfFilterValues } from "./filter-values";
import type { Values } from "./keys";
import { createError, describeProblem } from "./problems";
import { applyRules } from "./rules";
import type { StackFiles } from "./stack-file";

export interface GivenStack extends StackName {
  /** The values by key. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly files?: StackFiles | undefined;
  /** Checks of what else is configured, each of which throws what is wrong. */
  readonly checks?: readonly (() => void)[];
}

/**
 * Reads the configuration and the data. Throws one error about everything that is wrong with both.
 * `ofFirstUp` is what is wrong only before the first `up`, with its error.
 */
export function readStack({ project, stack, settings, files, checks = [] }: GivenStack): {
  config: StackConfig;
  data: StackData;
  ofFirstUp: { readonly error: Refusal; readonly text: string } | undefined;
} {
  const name = { project, stack };
  const { values, readable, problems } = readValues(settings, files);
  const others: string[] = [];
  for (const check of [() => requireNames(name), ...checks]) attempt(check, others);
  const { interactionsFile, interactionsSchemaFile } = values;
  const read: JudgedData =
    interactionsFile === undefined || interactionsSchemaFile === undefined
      ? { problems: [], warnings: [] }
      : judgeData({ ...values, interactionsFile, interactionsSchemaFile });
  others.push(...read.problems);
  const data = read.data && warnMore(read.data, values);
  const warnings = data?.warnings ?? read.warnings;
  const judged = applyRules([...contradictions, ...dataRules], { ...readable, name, ...(data && { data }) });
  problems.push(...judged.problems);
  const source = { stack, files, waiting: judged.waiting };
  const isWrong = others.length > 0 || problems.some(({ isOfFirstUp }) => !isOfFirstUp);
  if (data === undefined || isWrong) throw createError(problems, others, warnings, source);
  const text = problems.map((problem) => describeProblem(problem, source)).join("\n");
  const ofFirstUp = text === "" ? undefined : { error: createError(problems, [], warnings, source), text };
  return { config: completeConfig(values as Values, stack), data, ofFirstUp };
}

/** Adds what is probably not meant in the configuration. */
const warnMore = (data: StackData, { filters = {} }: Partial<Values>): StackData => ({
  ...data,
  warnings: [...data.warnings, ...warnOfFilterValues(data, filters)],
});
