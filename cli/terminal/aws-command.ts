// Commands of the AWS CLI, for users to paste.
import { quoteInLine } from "../../names/shell";

/** The room of a command in an indented line of 80 columns, which a pipe may end. */
const room = 73;

/** Writes a command with its options, each on a line where they need more than one. */
export function writeAwsCommand(command: string, ...options: readonly (readonly string[])[]): string {
  const words = [command, ...options.map((option) => option.map(quoteInLine).join(" "))];
  const line = words.join(" ");
  return line.length <= room ? line : words.join(" \\\n  ");
}

/** Writes the command that starts a retraining, also of models that would be skipped. */
export const retrainNow = ({ retrainingArn }: { readonly retrainingArn: string }): string =>
  writeAwsCommand(
    "aws stepfunctions start-execution",
    ["--state-machine-arn", retrainingArn],
    ["--input", '{"force": true}'],
  );
