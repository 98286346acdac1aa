import { createHash } from "node:crypto";
import jsonata from "jsonata";
import { ownValue } from "../../../aws/record";
import { uuidOf } from "../../../host/uuid";

/** The functions' sources from outside: time and random bytes. */
export interface Sources {
  now(): number;
  randomBytes(length: number): Buffer;
}

const algorithms: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};
const formatMillis = jsonata("$fromMillis(millis, picture, timezone)");

/**
 * Adds to JSONata what Step Functions adds, and takes away what it takes: `$partition $range $hash
 * $random $uuid $parse`, no `$eval`, and the account's time in `$now` and `$millis` (AWS Developer
 * Guide, "JSONata functions provided by Step Functions").
 */
export function registerFunctions(expression: jsonata.Expression, { now, randomBytes }: Sources): void {
  expression.registerFunction("partition", partition);
  expression.registerFunction("range", range);
  expression.registerFunction("hash", hash);
  expression.registerFunction("parse", parse);
  expression.registerFunction("random", (seed?: number) =>
    seed === undefined ? drawNumber(randomBytes) : drawSeededNumber(seed),
  );
  expression.registerFunction("uuid", () => uuidOf(randomBytes(16)));
  expression.registerFunction("millis", () => Math.floor(now()));
  expression.registerFunction("now", (picture?: string, timezone?: string) =>
    picture === undefined
      ? new Date(now()).toISOString()
      : formatMillis.evaluate({ millis: Math.floor(now()), picture, timezone }),
  );
  expression.registerFunction("eval", () => {
    throw new Error("$eval is not supported by Step Functions: use $parse to turn text into JSON");
  });
}

function partition(array: unknown, size: unknown): unknown[][] | undefined {
  if (array === undefined) return undefined;
  if (!Array.isArray(array)) throw new Error("$partition: the first argument must be an array");
  if (!Number.isInteger(size) || (size as number) < 1) {
    throw new Error("$partition: the second argument must be an integer of 1 or more");
  }
  const step = size as number;
  return Array.from({ length: Math.ceil(array.length / step) }, (_, i) => array.slice(i * step, (i + 1) * step));
}

const longestRange = 1000;

function range(first: unknown, last: unknown, step: unknown): number[] {
  if (![first, last, step].every(Number.isInteger)) throw new Error("$range: all three arguments must be integers");
  const [from, to, by] = [first, last, step] as [number, number, number];
  if (by === 0) throw new Error("$range: the third argument must not be 0");
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > longestRange) throw new Error(`$range: the array would have more than ${longestRange} items`);
  // A sequence, which JSONata turns into its value when it has only one (recorded on AWS:
  // localstack's snapshot test_array_range).
  return Object.defineProperty(
    Array.from({ length }, (_, i) => from + i * by),
    "sequence",
    { value: true },
  );
}

function hash(data: unknown, algorithm: unknown): string | undefined {
  if (data === undefined) return undefined;
  const name = ownValue(algorithms, String(algorithm));
  if (!name) throw new Error(`$hash: the algorithm must be one of ${Object.keys(algorithms).join(", ")}`);
  return createHash(name)
    .update(typeof data === "string" ? data : JSON.stringify(data))
    .digest("hex");
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== "string") throw new Error("$parse: the argument must be a text");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`$parse: ${(error as Error).message}`);
  }
}

function drawNumber(randomBytes: Sources["randomBytes"]): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}

/** The same number for the same seed. */
function drawSeededNumber(seed: number): number {
  if (typeof seed !== "number") throw new Error("$random: the seed must be a number");
  return createHash("sha256").update(String(seed)).digest().readUIntBE(0, 6) / 2 ** 48;
}
