// The commands of the AWS CLI that show a fact.
import { logGroups } from "../../names/log-groups";
import { quoteForShell } from "../../names/shell";
import type { StoredObject } from "../archive/objects";

/** The room of a command in an indented line of 80 columns, which a pipe may end. */
const room = 73;

/** Writes a command with its options, each on a line where they need more than one. */
function write(command: string, ...options: readonly (readonly string[])[]): string {
  const words = [command, ...options.map((option) => option.map(quoteForShell).join(" "))];
  const line = words.join(" ");
  return line.length <= room ? line : words.join(" \\\n  ");
}

const toAddress = ({ bucket, key }: StoredObject): string => `s3://${bucket}/${key}`;

export const showObject = (object: StoredObject): string => write("aws s3 cp", [toAddress(object), "-"]);

/** Shows the lines of an object that have a text. */
export const searchObject = (object: StoredObject, text: string): string =>
  `${showObject(object)} |\n  grep -F -- ${quoteForShell(text)}`;

/** Shows something of Personalize. */
export const describe = (what: "solution-version" | "filter", arn: string): string =>
  write(`aws personalize describe-${what}`, [`--${what}-arn`, arn]);

/** Shows a campaign's answer to a request. */
export function askFor(request: {
  readonly campaignArn?: string | undefined;
  readonly userId?: string | undefined;
  readonly itemId?: string | undefined;
  readonly context?: Readonly<Record<string, string>> | undefined;
  readonly numResults?: number | undefined;
}): string {
  const { campaignArn = "", userId, itemId, context, numResults = 0 } = request;
  return write(
    "aws personalize-runtime get-recommendations",
    ["--campaign-arn", campaignArn],
    ...(userId === undefined ? [] : [["--user-id", userId]]),
    ...(itemId === undefined ? [] : [["--item-id", itemId]]),
    ...(context ? [["--context", JSON.stringify(context)]] : []),
    ["--num-results", String(numResults)],
  );
}

/** Shows the answer of a function. */
export const invoke = (functionName: string, request: object): string =>
  write(
    "aws lambda invoke",
    ["--function-name", functionName],
    ["--cli-binary-format", "raw-in-base64-out"],
    ["--payload", JSON.stringify(request)],
    ["/dev/stdout"],
  );

/** Shows the lines of a function's log that have a text. */
export const searchLog = (functionName: string, text: string): string =>
  write(
    "aws logs filter-log-events",
    ["--log-group-name", logGroups.ofFunction(functionName)],
    ["--filter-pattern", JSON.stringify(text)],
  );

export const listMappings = (functionName: string): string =>
  write("aws lambda list-event-source-mappings", ["--function-name", functionName]);

export const retrainNow = (stateMachineArn: string): string =>
  write("aws stepfunctions start-execution", ["--state-machine-arn", stateMachineArn], ["--input", '{"force": true}']);
