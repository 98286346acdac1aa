import type { Gate } from "../../functions/retraining/promotion-gate";
import { completeConfig, readValues, type StackConfig } from "../../stacks/config/config";
import { contradictions } from "../../stacks/config/contradictions";
import type { Values } from "../../stacks/config/keys";
import { createError } from "../../stacks/config/problems";
import { applyRules } from "../../stacks/config/rules";
import type { StackFiles } from "../../stacks/config/stack-file";

/**
 * Reads a configuration without its data: raw values are texts, as the engine passes them, or plain
 * values. Throws one error that lists every wrong value.
 */
export function parseConfig(raw: Readonly<Record<string, unknown>>, stack: string, files?: StackFiles): StackConfig {
  const { values, readable, problems: wrong } = readValues(raw, files);
  const problems = [...wrong, ...applyRules(contradictions, readable).problems];
  if (problems.length > 0) throw createError(problems, [], [], { stack, files });
  return completeConfig(values as Values, stack);
}

/** The gate of the standard model without any key. */
export function defaultGate(): Gate {
  const { recommendation } = parseConfig({}, "test").gates;
  if (!recommendation) throw new Error("The configuration has no gate of the standard model.");
  return recommendation;
}
