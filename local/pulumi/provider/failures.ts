import type { z } from "zod";
import { ownValue } from "../../account/aws/record";
import { inputNames } from "./difference";
import type { Failure, Properties, Resource } from "./resource";
import { hasUnknown } from "./values";

/**
 * Describes what a program must change in its inputs, by the names that it wrote. Says nothing of
 * values that are unknown during a preview.
 */
export function failuresOf(type: string, definition: Resource, inputs: Properties, error: z.ZodError): Failure[] {
  const issues = error.issues.filter((issue) => !isUnknown(inputs, issue));
  const unsupported = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => unsupportedInput(type, definition, issue, key)) : [],
  );
  const others = issues.filter(({ code }) => code !== "unrecognized_keys");
  // Often an unsupported input is another way to say what is missing, as `s3Key` is for `code`.
  const missing = unsupported.length > 0 ? [] : others.filter(({ path }) => valueAt(inputs, path) === undefined);
  const wrong = others.filter(({ path }) => valueAt(inputs, path) !== undefined);
  return [
    ...unsupported,
    ...missing.map(({ path }) => ({
      property: path.join("."),
      reason: withHint(definition, path.join("."), "the local provider requires this property, and it is missing"),
    })),
    ...wrong.map(({ path, message }) => ({ property: path.join("."), reason: message })),
  ];
}

function unsupportedInput(type: string, definition: Resource, { path }: z.core.$ZodIssue, key: string): Failure {
  const property = [...path, key].join(".");
  const reason = withHint(definition, property, `the local provider does not support this property of ${type}`);
  const supported = path.length === 0 ? ` It supports ${inputNames(definition).join(", ")}.` : "";
  return { property, reason: `${reason}${reason.endsWith(".") ? "" : "."}${supported}` };
}

const withHint = ({ hints = {} }: Resource, property: string, reason: string): string => {
  const hint = ownValue(hints, property);
  return hint ? `${reason}. ${hint}` : reason;
};

function valueAt(inputs: Properties, path: readonly PropertyKey[]): unknown {
  let value: unknown = inputs;
  for (const key of path) {
    value = typeof value === "object" && value !== null ? ownValue(value as Properties, key as string) : undefined;
  }
  return value;
}

/** An unsupported name is wrong whatever is unknown beside it. */
function isUnknown(inputs: Properties, { code, path }: z.core.$ZodIssue): boolean {
  const above = path.map((_key, index) => valueAt(inputs, path.slice(0, index + 1)));
  const strings = above.filter((value) => typeof value === "string");
  return strings.some(hasUnknown) || (code !== "unrecognized_keys" && hasUnknown(valueAt(inputs, path)));
}

/**
 * As the engine should show it: it prints a failure's property with the value at the top of the
 * inputs, which is `<nil>` for a property that is missing or inside another one.
 */
export function shownFailure(inputs: Properties, { property, reason }: Failure): Failure {
  return Object.hasOwn(inputs, property) ? { property, reason } : { property: "", reason: `${property}: ${reason}` };
}
