import { ownValue } from "../../account/aws/record";
import { quoteForShell } from "../../account/processes/shell-word";
import type { RequestDetail } from "../messages";

/** The AWS CLI's names where they are not the SDK's. */
const commands: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "logs",
  eventbridge: "events",
  s3: "s3api",
  sfn: "stepfunctions",
};
/** Operations with a streaming answer take a file to write to. */
const written: Readonly<Record<string, readonly string[]>> = {
  "lambda Invoke": ["/dev/stdout"],
  "s3 GetObject": ["/dev/stdout"],
};

const toKebabCase = (name: string) =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
/**
 * One word of a command that is pasted. A terminal obeys control characters, also between quotation marks, and shows a line
 * with a change of direction wrongly. Their escapes are JSON's, so that a JSON document has the same values.
 */
const word = (text: string) =>
  quoteForShell(
    text.replaceAll(
      /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );

/**
 * The request as an AWS CLI command for a POSIX shell; a cut input is marked, because it is not the whole request. The
 * Region, and the operation of a universal target, are texts of the client.
 */
export function toCliCommand(
  { service, operation, input, region }: Pick<RequestDetail, "service" | "operation" | "input" | "region">,
  origin: string,
): string {
  const json = JSON.stringify(input);
  const lines = [
    ...(json.includes("…") ? ["# The log keeps only a part of this request: complete what ends in …"] : []),
    [
      `aws ${word(ownValue(commands, service) ?? service)} ${word(toKebabCase(operation))}`,
      `--endpoint-url ${word(origin)} --region ${word(region)}`,
      ...(json === "{}" ? [] : [`\\\n  --cli-input-json ${word(json)}`]),
      ...(ownValue(written, `${service} ${operation}`) ?? []),
    ].join(" "),
  ];
  return lines.join("\n");
}
