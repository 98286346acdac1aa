// What a user has after pasting a printed command: the words as a shell splits them, and the values
// of a stack's file as the Pulumi CLI changes them (pulumi/pulumi,
// sdk/go/common/resource/config/object.go and sdk/go/property/path.go). With the CLI on PATH,
// tests/engine/config-commands.test.mts compares both.
import { execFileSync } from "node:child_process";

export type Values = Record<string, unknown>;
type Step = string | number;

/**
 * Splits a line as a POSIX shell does, by one; words in place of `pulumi` are commands. Comments
 * are left out.
 */
export function listCommands(lines: string): string[][] {
  const script = `pulumi() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\1\\0'; }\n${lines}`;
  const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
  const commands: string[][] = [];
  let command: string[] = [];
  for (const word of words) {
    if (word !== "\u0001") command.push(word);
    else {
      commands.push(command);
      command = [];
    }
  }
  return commands;
}

/**
 * Changes the values as `pulumi config set` or `rm` does. Other commands of Pulumi change nothing.
 */
export function paste(lines: string, values: Values): Values {
  return listCommands(lines).reduce(runCommand, values);
}

function runCommand(values: Values, [name, action, ...words]: readonly string[]): Values {
  if (name !== "config") return values;
  const end = words.indexOf("--");
  const [options, after] = end < 0 ? [words, []] : [words.slice(0, end), words.slice(end + 1)];
  const positional: string[] = [];
  const flags: Record<string, string | true> = {};
  for (let index = 0; index < options.length; index++) {
    const word = options[index] ?? "";
    if (/^--(stack|type)$/.test(word)) flags[word] = options[++index] ?? "";
    else if (word.startsWith("-")) flags[word] = true;
    else positional.push(word);
  }
  const [key = "", value, ...others] = [...positional, ...after];
  if (others.length > 0) throw new Error(`pulumi config ${action}: accepts at most 2 arguments`);
  const changed = structuredClone(values);
  const [first, ...steps] = flags["--path"] ? parsePath(key) : [key];
  const full = String(first);
  if (action === "rm") {
    if (steps.length === 0) delete changed[full];
    else remove(changed[full], steps);
    return changed;
  }
  if (action !== "set" || value === undefined) throw new Error(`pulumi config ${action}: not a command of this file`);
  const adjusted = steps.length > 0 && flags["--type"] !== "string" ? coerce(value) : value;
  // A text is replaced by what the path says, without a word.
  const before = typeof changed[full] === "object" ? changed[full] : undefined;
  changed[full] = steps.length === 0 ? adjusted : set(before, steps, adjusted);
  return changed;
}

/** Parses `namespace:key.name["other name"][0]`. */
export function parsePath(text: string): Step[] {
  const colon = text.indexOf(":");
  const namespace = text.slice(0, colon + 1);
  const steps: Step[] = [];
  let rest = text.slice(colon + 1);
  while (rest !== "") {
    const [whole, name, index, quoted] = /^\.?([^.[]+)|^\[(\d+)\]|^\["((?:[^"\\]|\\.)*)"\]/.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`invalid config key path: ${text}`);
    steps.push(index === undefined ? (name ?? (quoted ?? "").replaceAll('\\"', '"')) : Number(index));
    rest = rest.slice(whole.length);
  }
  return [namespace + String(steps[0]), ...steps.slice(1)];
}

function coerce(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (text.length > 1 && text.startsWith("0")) return text;
  const isWhole = /^[+-]?\d+$/.test(text) && BigInt(text.replace("+", "")) <= 18_446_744_073_709_551_615n;
  return isWhole ? Number(text) : text;
}

function set(container: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  const found = container ?? (typeof step === "number" ? [] : {});
  if (typeof found !== "object" || Array.isArray(found) !== (typeof step === "number")) {
    throw new Error(`${step}: expected ${typeof step === "number" ? "an array" : "a map"}`);
  }
  const members = found as Record<Step, unknown>;
  members[step] = set(members[step], rest, value);
  return found;
}

function remove(container: unknown, [step, ...rest]: readonly Step[]): void {
  if (typeof container !== "object" || container === null || step === undefined) return;
  const members = container as Record<Step, unknown>;
  if (rest.length > 0) remove(members[step], rest);
  else if (Array.isArray(container)) container.splice(Number(step), 1);
  else delete members[step];
}
