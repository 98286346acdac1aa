// Shortens a call for the request log: its input and its answer, by one rule, without secrets.
import type { ServiceName } from "../model/clients";
import type { Member, Shape } from "../model/schema";
import { cut, longestText, shortenValue } from "./short-value";

/** Stands for a secret. */
export const hidden = `${cut} hidden: it is a secret, or the key to one`;

/**
 * Members that the models mark as sensitive although people who run the account look for them: what a function is given and
 * answers, the data and definitions of state machines, the events of visitors, a filter's expression.
 */
const isShown = (service: ServiceName, member: string) =>
  service === "sfn" || service.startsWith("personalize") || (service === "lambda" && member === "Payload");

/** STS's model does not mark the session token. */
const isToken = (member: string) => member === "SessionToken";
/** A presigned address is a credential for what it addresses; a function's answer can contain temporary credentials. */
const secretText = /[?&]X-Amz-(?:Signature|Security-Token)=|"(?:SecretAccessKey|SessionToken)\\?"/i;

/** The service's model marks secrets (smithy.api#sensitive): secret keys, decrypted texts, values of parameters. */
function isSecret(service: ServiceName, { name, shape, traits }: Member): boolean {
  return isToken(name) || (!isShown(service, name) && (traits.sensitive === true || isMarked(shape)));
}

const withoutSecrets = (service: ServiceName, shape: Shape | undefined) => ({
  shape,
  replaceMember: (member: Member) => (isSecret(service, member) ? hidden : undefined),
  replaceText: (text: string) => (secretText.test(text) ? hidden : undefined),
});

/** An input as the AWS CLI takes it: blobs are base64. */
export const shortenInput = (service: ServiceName, shape: Shape | undefined, input: unknown): unknown =>
  shortenValue(input ?? {}, {
    ...withoutSecrets(service, shape),
    textOf: (bytes) =>
      secretText.test(Buffer.from(bytes.subarray(0, longestText)).toString("latin1")) ? hidden : undefined,
  });

/** The answer of a success, as people read it: blobs that are a text are this text. */
export const shortenOutput = (service: ServiceName, shape: Shape | undefined, output: unknown): unknown =>
  shape === undefined || shape.kind === "unit"
    ? {}
    : shortenValue(output ?? {}, { ...withoutSecrets(service, shape), textOf });

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
    // Control characters other than blanks: not a text for people.
    return /[^\P{Cc}\t\r\n]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
