import { isObject } from "../json";
import { ownValue } from "../record";
import { toCode } from "./markdown";
import type { PreviewStep } from "./report";

/** The engine's mark for values that are known only after the change, for secrets, and for files. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Longer texts are listed without their values. */
const longestText = 40;
const mostNames = 4;

/** `: batchSize 1000 → 500, policy`: the inputs that an update or replacement changes. */
export function changesOf({ op, oldState, newState }: PreviewStep): string {
  if (op !== "update" && op !== "replace") return "";
  const [before, after] = [oldState?.inputs ?? {}, newState?.inputs ?? {}];
  const shown = compare("", before, after);
  if (shown.length === 0) return describeHidden(before, after);
  return `: ${shown.slice(0, mostNames).join(", ")}${shown.length > mostNames ? ` and ${shown.length - mostNames} more` : ""}`;
}

/** Describes a change without a value that can be shown. The engine prints every secret alike, before and after a change. */
function describeHidden(before: Record<string, unknown>, after: Record<string, unknown>): string {
  if (JSON.stringify(before) !== JSON.stringify(after)) return ": code of its provider";
  const secrets = Object.entries(after).filter(([, value]) => JSON.stringify(value)?.includes(secretSignature));
  return secrets.length === 0 ? "" : `: perhaps ${secrets.map(([name]) => toCode(name)).join(", ")} (secret)`;
}

/** The changed values of two objects, by their path. Lists are compared whole. */
function compare(path: string, before: unknown, after: unknown): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [describeChange(path, before, after)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    names
      // A dynamic provider's code is in its resources' inputs.
      .filter((name) => !name.startsWith("__"))
      .flatMap((name) => compare(path === "" ? name : `${path}.${name}`, ownValue(before, name), ownValue(after, name)))
  );
}

const isPlain = (value: unknown): value is Record<string, unknown> => isObject(value) && !(signatureKey in value);

function describeChange(name: string, before: unknown, after: unknown): string {
  const [from, to] = [print(before), print(after)];
  return from === undefined || to === undefined ? toCode(name) : `${toCode(name)} ${from} → ${to}`;
}

/** A short plain value; undefined for everything that would fill the line. */
function print(value: unknown): string | undefined {
  if (value === undefined) return "(none)";
  if (value === unknownValue) return "(known after the update)";
  if (isObject(value) && value[signatureKey] === secretSignature) return "(secret)";
  if (typeof value === "object") return undefined;
  const text = String(value);
  return text.length <= longestText && !text.includes("\n") ? toCode(text) : undefined;
}
