import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { notImplemented } from "../../../aws/fault";
import { invalidParameter } from "../state/topic";
import { readAttribute } from "./message-attribute";

/** A published message, checked, before it is sent to a subscription. */
export interface Message {
  readonly id: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** The text by protocol if the message has a structure; `default` for all others. */
  readonly text: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, { Type: string; Value: string }>>;
  readonly published: Date;
}

interface PublishInput {
  Message?: string | undefined;
  Subject?: string | undefined;
  MessageStructure?: string | undefined;
  MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  MessageDeduplicationId?: string | undefined;
  MessageGroupId?: string | undefined;
}

/** In bytes, with the attributes (API reference, Publish). */
const sizeLimit = 262_144;

/** The size that counts against the limit of a message. */
const sizeOf = ({ Message: text = "", MessageAttributes = {} }: PublishInput) =>
  Buffer.byteLength(text) + attributesSize(MessageAttributes);

/** Reads and checks what a caller publishes. Throws InvalidParameter. */
export function readMessage(input: PublishInput, envelope: Pick<Message, "id" | "topicArn" | "published">): Message {
  const { Message: text = "", Subject: subject, MessageStructure: structure, MessageAttributes = {} } = input;
  if (input.MessageDeduplicationId !== undefined || input.MessageGroupId !== undefined) {
    throw notImplemented("sns:Publish with MessageDeduplicationId or MessageGroupId");
  }
  if (text === "") throw invalidParameter("Empty message");
  if (sizeOf(input) > sizeLimit) throw invalidParameter("Message too long");
  if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalidParameter("Subject");
  if (structure !== undefined && structure !== "json") throw invalidParameter("MessageStructure");
  return {
    ...envelope,
    subject,
    text: structure === "json" ? readStructure(text) : { default: text },
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, value]) => [name, readAttribute(name, value)]),
    ),
  };
}

function readStructure(text: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const byProtocol = parsed as Record<string, unknown> | null;
  if (typeof byProtocol !== "object" || typeof byProtocol?.default !== "string") {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return Object.fromEntries(
    Object.entries(byProtocol).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

const attributesSize = (attributes: Record<string, MessageAttributeValue>) =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType = "", StringValue = "", BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    0,
  );
