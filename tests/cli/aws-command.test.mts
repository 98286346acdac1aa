import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { retrainNow, writeAwsCommand } from "../../cli/terminal/aws-command.ts";

/** The words that a shell gives to the AWS CLI. */
const wordsOf = (command: string) =>
  execFileSync("sh", ["-c", `aws() { printf '%s\\n' "$@"; }\n${command}`], { encoding: "utf8" })
    .trimEnd()
    .split("\n");

test("a long command has a line for each option, and is one command for a shell", () => {
  const command = retrainNow({ retrainingArn: "arn:aws:states:eu-west-1:000000000000:stateMachine:recommender-prod" });
  expect(command.split("\n")).toHaveLength(3);
  expect(wordsOf(command)).toEqual([
    "stepfunctions",
    "start-execution",
    "--state-machine-arn",
    "arn:aws:states:eu-west-1:000000000000:stateMachine:recommender-prod",
    "--input",
    '{"force": true}',
  ]);
});

test("a short command is one line", () => {
  expect(writeAwsCommand("aws s3 cp", ["s3://archive/it's", "-"])).toBe("aws s3 cp 's3://archive/it'\\''s' -");
});
