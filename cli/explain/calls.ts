// The commands of the AWS CLI that show a fact.
import { quoteForShell } from "../../names/shell";
import type { StoredObject } from "../archive/objects";

const write = (...words: readonly string[]): string => words.map(quoteForShell).join(" ");

export const showObject = ({ bucket, key }: StoredObject): string =>
  write("aws", "s3", "cp", `s3://${bucket}/${key}`, "-");

/** Shows the lines of an object that have a text. */
export const searchObject = (object: StoredObject, text: string): string =>
  `${showObject(object)} | ${write("grep", "-F", "--", text)}`;

/** Shows something of Personalize. */
export const describe = (what: "campaign" | "solution-version" | "filter", arn: string): string =>
  write("aws", "personalize", `describe-${what}`, `--${what}-arn`, arn);

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
    ...["aws", "personalize-runtime", "get-recommendations", "--campaign-arn", campaignArn],
    ...(userId === undefined ? [] : ["--user-id", userId]),
    ...(itemId === undefined ? [] : ["--item-id", itemId]),
    ...(context ? ["--context", JSON.stringify(context)] : []),
    ...["--num-results", String(numResults)],
  );
}

/** Shows the answer of a function. */
export const invoke = (functionName: string, request: object): string =>
  `${write("aws", "lambda", "invoke", "--function-name", functionName)} \\\n  ${write(
    ...["--cli-binary-format", "raw-in-base64-out", "--payload", JSON.stringify(request)],
  )} /dev/stdout`;

export const retrainNow = (stateMachineArn: string): string =>
  write(
    "aws",
    "stepfunctions",
    "start-execution",
    "--state-machine-arn",
    stateMachineArn,
    "--input",
    '{"force": true}',
  );
