import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { Fault } from "../../../aws/fault";

// The texts are recorded: localstack's snapshot test_empty_or_wrong_message_attributes.
const refuse = (message: string) => new Fault("InvalidParameterValueException", message);

/** Reads an attribute of a message. Throws ParameterValueInvalid. */
export function readAttribute(name: string, { DataType = "", StringValue, BinaryValue }: MessageAttributeValue) {
  checkName(name);
  const isBinary = /^Binary(\.|$)/.test(DataType);
  if (!isBinary && !/^(String|Number)(\.|$)/.test(DataType)) {
    throw refuse(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const [value, other] = isBinary ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
  if (!value?.length && other?.length) {
    const field = isBinary ? "Binary" : "String";
    throw refuse(`The message attribute '${name}' with type '${DataType}' must use field '${field}'.`);
  }
  if (!value?.length) {
    throw refuse(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  }
  return { Type: DataType, Value: typeof value === "string" ? value : Buffer.from(value).toString("base64") };
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > 256) throw refuse("Length of message attribute name must be less than 256 bytes.");
  const [character] = /[^A-Za-z0-9_.-]/.exec(name) ?? [];
  if (character !== undefined) {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    throw refuse(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith(".")) throw refuse("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith(".")) throw refuse("Invalid message attribute name ending with character '.' was found.");
  if (name.includes("..")) throw refuse("Message attribute name can not have successive '.' character.");
}
