// Every command of the AWS CLI in the documents is one of version 1, and so of version 2:
// `--generate-cli-skeleton` reads a command's arguments and calls nothing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { needsAwsCli, runAwsCommands } from "../../local/tests/support/aws-cli.mts";
import { listFiles, root } from "../support/listed-files.mts";

/** The commands in blocks of shell lines and in code between sentences. */
function findCommands(document: string): string[] {
  const fence = /^ *```(?:sh)?\n([\s\S]*?)^ *```/gm;
  const blocks = [...document.matchAll(fence)].map(([, text = ""]) => text.replace(/\\\n */g, ""));
  const inline = [...document.replace(fence, "").matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
  // Values from other commands and of variables are any text, so that no command is inside of
  // another one's arguments.
  const lines = [...blocks, ...inline].flatMap((text) => text.split("\n")).map(toPlain);
  return lines.flatMap((line) => line.match(/(?<=^ *|&& |\{ )aws [a-z].*?(?=;| &&| \||$)/g) ?? []);
}

/** Without what a shell would look for elsewhere: variables, files, and what the reader puts in. */
const toPlain = (line: string) =>
  line
    .replace(/\$\(\(.*\)\)/g, "1")
    .replace(/"?\$\([^)]*\)"?/g, "x")
    .replace(/<[^>]*>/g, "x")
    .replace(/file:\/\/\S+/g, "{}")
    .replace(/"\$\{?[^"]*"|\$\w+/g, "x");

const documents = listFiles("docs/*.md", "README.md", "CONTRIBUTING.md");
const found = documents.flatMap((file) => findCommands(readFileSync(join(root, file), "utf8")));

test("the commands are found, also inside of other lines", () => {
  expect(found.length).toBeGreaterThan(20);
  expect(findCommands('f() { aws ssm get-parameter --name "$1"; }')).toEqual([]);
  expect(findCommands('`f() { aws ssm get-parameter --name "$1"; }`')).toEqual(["aws ssm get-parameter --name x"]);
  expect(findCommands("```sh\naws iam x \\\n  --y && aws kms z\n```\nSee `aws s3 ls`.")).toEqual([
    "aws iam x --y",
    "aws kms z",
    "aws s3 ls",
  ]);
});

test("the AWS CLI 1 knows each command and its options", needsAwsCli, async () => {
  // The CLI's own commands, such as `aws s3 cp`, have no skeleton.
  const commands = [...new Set(found)].filter((command) => !command.startsWith("aws s3 "));
  const results = await runAwsCommands(commands.map((command) => `${command} --generate-cli-skeleton input`));
  const refused = results.flatMap(({ code, error }, index) => (code === 0 ? [] : `${commands[index]}: ${error}`));
  expect(refused).toEqual([]);
});
