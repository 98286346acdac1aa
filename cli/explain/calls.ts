// The commands of the AWS CLI that show a fact.
import { logGroups } from "../../names/log-groups";
import { quoteInLine } from "../../names/shell";
import type { StoredObject } from "../archive/objects";
import { writeAwsCommand } from "../terminal/aws-command";

const toAddress = ({ bucket, key }: StoredObject): string => `s3://${bucket}/${key}`;

export const showObject = (object: StoredObject): string => writeAwsCommand("aws s3 cp", [toAddress(object), "-"]);

/** Shows the lines of an object that have a text. */
export const searchObject = (object: StoredObject, text: string): string =>
  `${showObject(object)} |\n  grep -F -- ${quoteInLine(text)}`;

/** Shows the rows of a CSV object that have a text in a column, counted from 0. */
export const searchColumn = (object: StoredObject, column: number, text: string): string =>
  `${showObject(object)} |\n  grep -E -- ${quoteInLine(toRowPattern(column, text))}`;

/** A cell in double quotes has its own ones twice (RFC 4180). */
function toRowPattern(column: number, text: string): string {
  const toLiteral = (each: string) => each.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const before = column === 0 ? "" : `(("[^"]*")+,|[^",]*,){${column}}`;
  return `^${before}("${toLiteral(text.replaceAll('"', '""'))}"|${toLiteral(text)})(,|[[:space:]]*$)`;
}

/** Shows something of Personalize. */
export const describe = (what: "solution-version" | "filter", arn: string): string =>
  writeAwsCommand(`aws personalize describe-${what}`, [`--${what}-arn`, arn]);

/** Shows a campaign's answer to a request. */
export function askFor(request: {
  readonly campaignArn?: string | undefined;
  readonly userId?: string | undefined;
  readonly itemId?: string | undefined;
  readonly context?: Readonly<Record<string, string>> | undefined;
  readonly numResults?: number | undefined;
}): string {
  const { campaignArn = "", userId, itemId, context, numResults = 0 } = request;
  return writeAwsCommand(
    "aws personalize-runtime get-recommendations",
    ["--campaign-arn", campaignArn],
    ...(userId === undefined ? [] : [["--user-id", userId]]),
    ...(itemId === undefined ? [] : [["--item-id", itemId]]),
    ...(context ? [["--context", JSON.stringify(context)]] : []),
    ["--num-results", String(numResults)],
  );
}

/** Shows the answer of a function. Both versions of the AWS CLI read a payload of bytes alike. */
export const invoke = (functionName: string, request: object): string =>
  `printf %s ${quoteInLine(JSON.stringify(request))} |\n  ` +
  writeAwsCommand(
    "aws lambda invoke",
    ["--function-name", functionName],
    ["--payload", "fileb:///dev/stdin"],
    ["/dev/stdout"],
  );

/** Shows the lines of a function's log that have a text. */
export const searchLog = (functionName: string, text: string): string =>
  writeAwsCommand(
    "aws logs filter-log-events",
    ["--log-group-name", logGroups.ofFunction(functionName)],
    ["--filter-pattern", JSON.stringify(text)],
  );

export const listMappings = (functionName: string): string =>
  writeAwsCommand("aws lambda list-event-source-mappings", ["--function-name", functionName]);
