import { ownValue } from "../../account/aws/record";
import type { RequestEntry } from "../../account/host/request-log";
import type { ServiceName } from "../../account/model/clients";
import { spoken } from "../../account/model/protocols";
import { type Member, membersOf, type Operation, operationsOf, type Shape } from "../../account/model/schema";
import { quoteForShell } from "../../account/processes/shell-word";

/** The AWS CLI's names where they are not the SDK's. */
const commands: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "logs",
  eventbridge: "events",
  s3: "s3api",
  sfn: "stepfunctions",
};

type Request = Pick<RequestEntry, "service" | "operation" | "input" | "region" | "isPart">;
type Values = Readonly<Record<string, unknown>>;

/**
 * The request as an AWS CLI command for a POSIX shell, with comments where it cannot be repeated as
 * it is. The Region and the values are texts of the client. Undefined for an operation that is in
 * no model.
 */
export async function toCliCommand(request: Request, origin: string): Promise<string | undefined> {
  const { service } = request;
  const operation = isService(service) ? (await operationsOf(service)).get(request.operation) : undefined;
  return operation && writeCommand(request, operation, origin);
}

const isService = (name: string): name is ServiceName => Object.hasOwn(spoken, name);

function writeCommand({ service, input, region, isPart }: Request, operation: Operation, origin: string): string {
  const values = input as Values;
  const members = [...membersOf(operation.input).values()].filter(({ name }) => Object.hasOwn(values, name));
  const body = members.find(({ shape }) => isStreaming(shape));
  const blob = members.find(({ shape }) => shape.kind === "blob" && !isStreaming(shape));
  const others = members.filter((member) => member !== body && member !== blob);
  const comments = [
    ...(isPart ? ["The log keeps only a part of this request: complete what has an …"] : []),
    ...(body ? [`The log does not keep the body (${String(values[body.name])}): write one to the file "body".`] : []),
    ...(others.some(({ shape }) => hasBlob(shape))
      ? ["For version 2 of the AWS CLI: version 1 takes base64 as text."]
      : []),
  ];
  const command = [
    `aws ${word(ownValue(commands, service) ?? service)} ${word(toKebabCase(operation.name))}`,
    `--endpoint-url ${word(origin)} --region ${word(region)}`,
    ...(isWritten(operation) ? others.map((member) => plainOption(member, values)) : jsonOption(others, values)),
    ...(body ? [`${optionOf(body)} body`] : []),
    ...(blob ? [`${optionOf(blob)} fileb:///dev/stdin`] : []),
    ...(isWritten(operation) ? ["/dev/stdout"] : []),
  ].join(" ");
  const line = blob ? `${printBytes(String(values[blob.name]))} | \\\n  ${command}` : command;
  if (isWritten(operation) && others.some(({ name }) => isReference(values[name]))) {
    return `# The AWS CLI cannot repeat this: it reads the file or page that a value names.\n${line.replaceAll(/^/gm, "# ")}`;
  }
  return [...comments.map((comment) => `# ${comment}`), line].join("\n");
}

const isStreaming = (shape: Shape) => shape.kind === "blob" && shape.streaming === true;

/**
 * The AWS CLI writes the blob that is an answer's body to a file, and such an operation has no
 * `--cli-input-json` (awscli/customizations/streamingoutputarg.py and cliinputjson.py).
 */
const isWritten = ({ output }: Operation) =>
  [...membersOf(output).values()].some(({ shape, traits }) => traits.httpPayload === true && shape.kind === "blob");

/** Blobs inside of other values; models may be recursive. */
function hasBlob(shape: Shape, seen: readonly Shape[] = []): boolean {
  if (seen.includes(shape)) return false;
  const inner = [...seen, shape];
  if (shape.kind === "list") return hasBlob(shape.element.shape, inner);
  if (shape.kind === "map") return hasBlob(shape.value.shape, inner);
  if (shape.kind !== "structure" && shape.kind !== "union") return shape.kind === "blob";
  return [...shape.members.values()].some((member) => hasBlob(member.shape, inner));
}

/**
 * Values of options that the AWS CLI replaces by the content of a file or a page
 * (awscli/paramfile.py).
 */
const isReference = (value: unknown) => typeof value === "string" && /^(file|fileb|https?):\/\//.test(value);

const optionOf = ({ name }: Member) => `--${toKebabCase(name)}`;

function plainOption(member: Member, values: Values): string {
  const value = values[member.name];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // A word that begins with a hyphen is an option.
  return text.startsWith("-") ? word(`${optionOf(member)}=${text}`) : `${optionOf(member)} ${word(text)}`;
}

function jsonOption(members: readonly Member[], values: Values): string[] {
  if (members.length === 0) return [];
  const input = Object.fromEntries(members.map(({ name }) => [name, values[name]]));
  return [`\\\n  --cli-input-json ${word(JSON.stringify(input))}`];
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A command that prints bytes: as a text that people can change, if they are one. */
function printBytes(base64: string): string {
  try {
    const text = decoder.decode(Buffer.from(base64, "base64"));
    if (word(text) === quoteForShell(text)) return `printf %s ${word(text)}`;
  } catch {
    // Not a text.
  }
  return `echo ${word(base64)} | base64 -d`;
}

/** As botocore changes names of operations and members (botocore/__init__.py, xform_name). */
export const toKebabCase = (name: string): string =>
  name
    // An exception there.
    .replace("OTel", "Otel")
    .replace(/[A-Z]{2,}s$/, (acronyms) => `-${acronyms.toLowerCase()}`)
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1-$2")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();

/**
 * One word of a command that is pasted. A terminal obeys control characters, also between quotation
 * marks, and shows a line with a change of direction wrongly. Their escapes are JSON's, so that a
 * JSON document has the same values.
 */
const word = (text: string) =>
  quoteForShell(
    text.replaceAll(
      /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
