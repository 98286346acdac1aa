import type { ServiceName } from "./clients";
import { type Member, modelOf, type Shape } from "./schema";
import { cut, shortenValue } from "./short-input";

/** Stands for a secret. */
export const hidden = `${cut} hidden: it is a secret, or the key to one`;

/**
 * Members that the models mark as sensitive although people who run the account look for them: a function's answer, the data and
 * definitions of state machines, a filter's expression.
 */
const isShown = (service: ServiceName, member: string) =>
  service === "sfn" || (service === "lambda" && member === "Payload") || member === "filterExpression";

/** STS's model does not mark the session token. */
const isToken = (member: string) => member === "SessionToken";
/** A presigned address is a credential for what it addresses; a function's answer can contain temporary credentials. */
const secretText = /[?&]X-Amz-(?:Signature|Security-Token)=|"(?:SecretAccessKey|SessionToken)\\?"/i;

/**
 * A copy of a success's answer for the log: short, and without secrets. The service's model marks them
 * (smithy.api#sensitive): secret keys, decrypted texts, values of parameters, variables of functions.
 */
export async function shortenOutput(service: ServiceName, operation: string, output: unknown): Promise<unknown> {
  const shape = (await modelOf(service)).operations.get(operation)?.output;
  if (shape === undefined || shape.kind === "unit") return {};
  const isSecret = ({ name, shape: of, traits }: Member) =>
    isToken(name) || (!isShown(service, name) && (traits.sensitive === true || isMarked(of)));
  return shortenValue(output ?? {}, {
    shape,
    replaceMember: (member) => (isSecret(member) ? hidden : undefined),
    replaceText: (text) => (secretText.test(text) ? hidden : undefined),
    textOf,
  });
}

function isMarked(shape: Shape): boolean {
  if (shape.kind === "list") return isMarked(shape.element.shape);
  if ("traits" in shape) return shape.traits.sensitive === true;
  return "sensitive" in shape && shape.sensitive === true;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
/** Longer bytes are cut anyway. */
const longestDecoded = 64 * 1024;

/** The text that bytes are, such as a function's answer; undefined for others. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > longestDecoded) return undefined;
  try {
    const text = decoder.decode(bytes);
    // Control characters other than blanks: no text for people.
    return /[^\P{Cc}\t\r\n]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
