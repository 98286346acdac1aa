import * as pulumi from "@pulumi/pulumi";
import { limits } from "./limits";

/**
 * Ends the program when an input is beyond its limit, as soon as the value is known: for most in
 * the first preview. The check is beside the input: an input that fails makes everything that
 * depends on it fail, with a text for each.
 */
export const refuseExcess: pulumi.ResourceTransformation = ({ type, name, props }) => {
  const inputs = new Map<string, pulumi.Input<object | string>>(Object.entries(props));
  for (const { input, bytes, source } of limits.filter((limit) => limit.type === type)) {
    pulumi.output(inputs.get(input) ?? "").apply((value: unknown) => {
      const size = countBytes(value);
      if (size <= bytes) return;
      throw new pulumi.RunError(
        `${name}: ${input} needs ${size} bytes, and AWS takes ${bytes} (${source}). Use fewer placements and filters ` +
          "(recommender:placements, recommender:filters), shorter names of them, or a shorter name of the project or stack.",
      );
    });
  }
  return undefined;
};

/** Lambda counts the variables of an environment as JSON. */
function countBytes(value: unknown): number {
  const { variables = value } = value as { variables?: unknown };
  return Buffer.byteLength(typeof variables === "string" ? variables : JSON.stringify(variables));
}
