// What a stack is made of: its configuration and the files that it names, compared with each other
// before anything is created.

import { attempt } from "../../names/attempt";
import { requireNames, type StackName, startOfNames } from "../../names/physical-names";
import type { Refusal } from "../../names/refusal";
import { type JudgedData, judgeData, type StackData } from "../../seed/import-files/read-data";
import { completeConfig, isProtected, readValues, type StackConfig } from "./config";
import { findWrongData } from "./data-rules";
import { warnOfFilterValues } from "./filter-values";
import type { Values } from "./keys";
import { createError, describeProblem, type Problem } from "./problems";
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
  const { values, problems } = readValues(settings, files);
  const others: string[] = [];
  for (const check of [() => requireNames({ project, stack }), ...checks]) attempt(check, others);
  const { interactionsFile, interactionsSchemaFile } = values;
  const judged: JudgedData =
    interactionsFile === undefined || interactionsSchemaFile === undefined
      ? { problems: [], warnings: [] }
      : judgeData({ ...values, interactionsFile, interactionsSchemaFile });
  others.push(...judged.problems);
  const data = judged.data && warnMore(judged.data, values);
  const warnings = data?.warnings ?? judged.warnings;
  problems.push(...checkProtection(values, stack));
  problems.push(...checkBoundary(values.permissionsBoundaryArn, { project, stack }));
  if (data) problems.push(...findWrongData(data, values));
  const source = { stack, files };
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

/**
 * Refuses a boundary that the stack's deploy role could rewrite: it may change each policy whose
 * name begins as the stack's do.
 */
function checkBoundary(arn: string | undefined, name: StackName): Problem[] {
  const start = startOfNames(name);
  if (!arn?.includes(`:policy/${start}`)) return [];
  const message = `limits nothing: the deploy role may change policies whose names begin with ${start}. Give the boundary another name`;
  return [{ key: "permissionsBoundaryArn", message }];
}

/** Refuses to delete campaigns of a protected stack, whose visitors would get other answers. */
function checkProtection(values: Partial<Values>, stack: string): Problem[] {
  if (!values.asleep || !isProtected(values, stack)) return [];
  const message =
    "cannot be true while deletionProtection is, as by default in each stack but `dev`: it deletes the campaigns. Set " +
    "recommender:deletionProtection to false, or remove this key";
  return [{ key: "asleep", message }];
}
