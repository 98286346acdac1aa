// Shortens a call for the request log: its input and its answer, without secrets.
import { Content } from "../content/content";
import type { ServiceName } from "../model/clients";
import type { Member, Shape } from "../model/schema";

/**
 * Limits for one request: the number of values and the length of each text. Most requests are shorter and are kept whole.
 */
const mostValues = 80;
const longestText = 400;
const deepest = 6;

/** The mark of what was left out. */
const cut = "…";
/** The text in the place of a secret. */
export const hidden = `${cut} hidden: it is a secret, or the key to one`;

/** An input as the AWS CLI takes it: blobs are base64. */
export const shortenInput = (service: ServiceName, shape: Shape | undefined, input: unknown): unknown =>
  shorten(input ?? {}, 0, shape, { service, left: mostValues, asText: false });

/** The answer of a success, as people read it: blobs that are a text are this text. */
export const shortenOutput = (service: ServiceName, shape: Shape | undefined, output: unknown): unknown =>
  shape === undefined || shape.kind === "unit"
    ? {}
    : shorten(output ?? {}, 0, shape, { service, left: mostValues, asText: true });

interface Shortening {
  readonly service: ServiceName;
  /** The number of values that may still be added. */
  left: number;
  readonly asText: boolean;
}

function shorten(value: unknown, depth: number, shape: Shape | undefined, call: Shortening): unknown {
  if (call.left-- <= 0) return cut;
  if (typeof value === "string") return shortenText(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Content) return `${cut} ${value.size} bytes`;
  if (value instanceof Uint8Array) return shortenBytes(value, call);
  if (depth === deepest) return cut;
  if (Array.isArray(value)) {
    const element = shape?.kind === "list" ? shape.element.shape : undefined;
    return value.slice(0, call.left + 1).map((item) => shorten(item, depth + 1, element, call));
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.slice(0, call.left + 1).map(([name, inner]) => {
      const member = memberOf(shape, name);
      const isHidden = member !== undefined && isSecret(call.service, member);
      return [shortenText(name), isHidden ? hidden : shorten(inner, depth + 1, member?.shape, call)];
    }),
  );
}

const shortenText = (text: string) => (text.length > longestText ? text.slice(0, longestText) + cut : text);

function shortenBytes(bytes: Uint8Array, { asText }: Shortening): string {
  const readable = asText ? textOf(bytes) : undefined;
  if (readable !== undefined) return shortenText(readable);
  const text = Buffer.from(bytes.subarray(0, longestText)).toString("base64");
  return bytes.length > longestText ? text + cut : text;
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
 * Members that the models mark as sensitive although people who run the account look for them: what a function is given and
 * answers, the data and definitions of state machines, the events of visitors, a filter's expression.
 */
const isShown = (service: ServiceName, member: string) =>
  service === "sfn" || service.startsWith("personalize") || (service === "lambda" && member === "Payload");

/**
 * The service's model marks secrets (smithy.api#sensitive): secret keys, decrypted texts, values of parameters. STS's
 * model does not mark the session token.
 */
function isSecret(service: ServiceName, { name, shape, traits }: Member): boolean {
  return name === "SessionToken" || (!isShown(service, name) && (traits.sensitive === true || isMarked(shape)));
}

function isMarked(shape: Shape): boolean {
  if (shape.kind === "list") return isMarked(shape.element.shape);
  if ("traits" in shape) return shape.traits.sensitive === true;
  return "sensitive" in shape && shape.sensitive === true;
}
