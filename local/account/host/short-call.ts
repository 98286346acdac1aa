// Shortens a call for the request log: its input and its answer, without secrets.
import { Content } from "../content/content";
import type { ServiceName } from "../model/clients";
import type { Member, Shape } from "../model/schema";

/** Limits for one request: the number of values, the length of each text, and the depth. */
interface Limits {
  readonly values: number;
  readonly text: number;
  readonly depth: number;
}
/** Thousands of calls can have this size. Most requests are shorter and are kept whole. */
const short: Limits = { values: 80, text: 400, depth: 6 };
/** A command line can have this size: Linux takes 128 KiB for one word. */
const whole: Limits = { values: 5_000, text: 100_000, depth: 30 };
const longestWhole = 100_000;

/** The mark of what was left out. */
const cut = "…";
/** The text in the place of a secret. */
export const hidden = `${cut} hidden: it is a secret, or the key to one`;

export interface ShortInput {
  /** Blobs are base64; a body that is read in pieces is only its size. */
  readonly input: unknown;
  /** Something was left out of `input`. */
  readonly isPart?: true;
  /** The whole input as JSON, if only its length is the reason for that. */
  readonly wholeInput?: string;
}

/** The input of a call for the log. */
export function shortenInput(service: ServiceName, shape: Shape | undefined, given: unknown): ShortInput {
  const call = { service, limits: short, left: short.values, asText: false, isPart: false };
  const input = shorten(given ?? {}, 0, shape, call);
  if (!call.isPart) return { input };
  const wholeCall = { ...call, limits: whole, left: whole.values, isPart: false };
  const wholeInput = JSON.stringify(shorten(given, 0, shape, wholeCall));
  return { input, isPart: true, ...(!wholeCall.isPart && wholeInput.length <= longestWhole && { wholeInput }) };
}

/** The answer of a success, as people read it: blobs that are a text are this text. */
export const shortenOutput = (service: ServiceName, shape: Shape | undefined, output: unknown): unknown =>
  shape === undefined || shape.kind === "unit"
    ? {}
    : shorten(output ?? {}, 0, shape, { service, limits: short, left: short.values, asText: true, isPart: false });

interface Shortening {
  readonly service: ServiceName;
  readonly limits: Limits;
  /** The number of values that may still be added. */
  left: number;
  readonly asText: boolean;
  /** Something was left out. */
  isPart: boolean;
}

function leaveOut(call: Shortening, mark: string): string {
  call.isPart = true;
  return mark;
}

function shorten(value: unknown, depth: number, shape: Shape | undefined, call: Shortening): unknown {
  if (call.left-- <= 0) return leaveOut(call, cut);
  if (typeof value === "string") return shortenText(value, call);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Content) return `${cut} ${value.size} bytes`;
  if (value instanceof Uint8Array) return shortenBytes(value, call);
  if (depth === call.limits.depth) return leaveOut(call, cut);
  if (Array.isArray(value)) {
    const element = shape?.kind === "list" ? shape.element.shape : undefined;
    return first(value, call).map((item) => shorten(item, depth + 1, element, call));
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    first(members, call).map(([name, inner]) => {
      const member = memberOf(shape, name);
      const isHidden = member !== undefined && isSecret(call.service, member);
      return [
        shortenText(name, call),
        isHidden ? leaveOut(call, hidden) : shorten(inner, depth + 1, member?.shape, call),
      ];
    }),
  );
}

function first<T>(values: readonly T[], call: Shortening): readonly T[] {
  if (values.length > call.left + 1) call.isPart = true;
  return values.slice(0, call.left + 1);
}

const shortenText = (text: string, call: Shortening) =>
  text.length > call.limits.text ? text.slice(0, call.limits.text) + leaveOut(call, cut) : text;

function shortenBytes(bytes: Uint8Array, call: Shortening): string {
  const readable = call.asText ? textOf(bytes) : undefined;
  if (readable !== undefined) return shortenText(readable, call);
  const text = Buffer.from(bytes.subarray(0, call.limits.text)).toString("base64");
  return bytes.length > call.limits.text ? text + leaveOut(call, cut) : text;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The text that bytes are, such as a function's answer; undefined for others. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes);
    // Control characters other than blanks: not a text for people.
    return /[^\P{Cc}\t\r\n]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function memberOf(shape: Shape | undefined, name: string): Member | undefined {
  if (shape?.kind === "map") return shape.value;
  return shape?.kind === "structure" || shape?.kind === "union" ? shape.members.get(name) : undefined;
}

/**
 * Members that the models mark as sensitive although people who run the account look for them: what
 * a function is given and answers, the data and definitions of state machines, the events of
 * visitors, a filter's expression.
 */
const isShown = (service: ServiceName, member: string) =>
  service === "sfn" || service.startsWith("personalize") || (service === "lambda" && member === "Payload");

/**
 * The service's model marks secrets (smithy.api#sensitive): secret keys, decrypted texts, values of
 * parameters. STS's model does not mark the session token.
 */
function isSecret(service: ServiceName, { name, shape, traits }: Member): boolean {
  return name === "SessionToken" || (!isShown(service, name) && (traits.sensitive === true || isMarked(shape)));
}

function isMarked(shape: Shape): boolean {
  if (shape.kind === "list") return isMarked(shape.element.shape);
  if ("traits" in shape) return shape.traits.sensitive === true;
  return "sensitive" in shape && shape.sensitive === true;
}
