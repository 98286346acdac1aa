import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { Fault } from "../../../aws/fault";

/**
 * Reads an attribute of a message. Throws ParameterValueInvalid (developer guide, "Message
 * attribute data types").
 */
export function readAttribute(name: string, { DataType = "", StringValue, BinaryValue }: MessageAttributeValue) {
  const isBinary = /^Binary(\.|$)/.test(DataType);
  const value = isBinary ? BinaryValue : StringValue;
  const isValid = /^(?!\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/.test(name) && !name.includes("..");
  if (!isValid || !/^(String|Number|Binary)(\.|$)/.test(DataType) || !value?.length) {
    throw new Fault(
      "InvalidParameterValueException",
      `The message attribute '${name}' with type '${DataType}' has an invalid name, type or value.`,
    );
  }
  return { Type: DataType, Value: typeof value === "string" ? value : Buffer.from(value).toString("base64") };
}
