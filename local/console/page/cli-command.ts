import type { RequestDetail } from "../messages";

/** The AWS CLI's names where they are not the SDK's. */
const commands: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "logs",
  eventbridge: "events",
  s3: "s3api",
  sfn: "stepfunctions",
};
/** Operations with a streaming answer take a file to write to. */
const written: Readonly<Record<string, string>> = { "lambda Invoke": " /dev/stdout", "s3 GetObject": " /dev/stdout" };

const toKebabCase = (name: string) =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as an AWS CLI command for a POSIX shell; a cut input is marked, because it is not the whole request. */
export function toCliCommand(
  { service, operation, input, region }: Pick<RequestDetail, "service" | "operation" | "input" | "region">,
  origin: string,
): string {
  const json = JSON.stringify(input);
  const lines = [
    ...(json.includes("…") ? ["# The log keeps only a part of this request: complete what ends in …"] : []),
    `aws ${commands[service] ?? service} ${toKebabCase(operation)} --endpoint-url ${origin} --region ${region}${
      json === "{}" ? "" : ` \\\n  --cli-input-json ${quote(json)}`
    }${written[`${service} ${operation}`] ?? ""}`,
  ];
  return lines.join("\n");
}
