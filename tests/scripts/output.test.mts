// Nothing from outside reaches the terminal, or a command to paste, as it is.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeForTerminal } from "../../cli/terminal/print.ts";
import { quoteForShell as quoteLocally } from "../../local/account/processes/shell-word.ts";
import { toCliCommand } from "../../local/console/server/cli-command.ts";
import { quoteForShell } from "../../names/shell.ts";
import { runCommandLine } from "../support/command-line.ts";
import { hostileText } from "../support/hostile-text.mts";
import { createFiles } from "../support/temporary-folder.mts";

const { folder, file } = createFiles();

/**
 * The window's title, the clipboard, the cursor, the same by one character (C1), and another
 * direction of reading.
 */
const attacks = "\u001b]0;owned\u0007\u001b]52;c;b3duZWQ=\u0007\u001b[2J\u009b2J\u202e\u2066\u2028\u007f\r";
const unprintable = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

const recommender = (...args: string[]) => runCommandLine(args, { PORT: "1", AWS_ENDPOINT_URL: "" });

/** A header is one line. */
const inLine = attacks.replaceAll(/[\r\u2028]/g, "");
const header = `USER_ID,ITEM_ID,"MOMENT ${inLine}"`;
const views = file("views.csv", header, "ann,pan,5");

test.each<[string, string[]]>([
  ["a command that does not exist", [`st${attacks}`]],
  ["an option's value", ["history", "--stack", "dev", "--limit", attacks]],
  ["a file that does not exist", ["start", "--interactions", join(folder, `x${attacks}`)]],
  ["a column of own data", ["start", "--interactions", views]],
  ["a column of data to evaluate", ["evaluate", "--interactions", views]],
])("%s is printed without what a terminal obeys", async (_what, args) => {
  const { printed } = await recommender(...args);
  expect(printed).not.toMatch(unprintable);
  expect(printed).toMatch(/\\x1b|\\u009b/);
});

test("JSON is printed with the same values, and without what a terminal obeys", () => {
  const printed = escapeForTerminal(JSON.stringify({ attacks }));
  expect(printed).not.toMatch(unprintable);
  expect(JSON.parse(printed)).toEqual({ attacks });
});

test("the variables to paste are words of a shell", async () => {
  const endpoint = "http://x/'; touch pwned; '";
  const { out } = await runCommandLine(["environment"], { AWS_ENDPOINT_URL: endpoint });
  const script = `${out}\nprintf %s "$AWS_ENDPOINT_URL"`;
  expect(execFileSync("sh", ["-c", script], { cwd: folder, encoding: "utf8" })).toBe(endpoint);
  expect(readdirSync(folder)).not.toContain("pwned");
});

test("the console's command has each part as a word", async () => {
  const region = "eu-west-1'; touch pwned; '";
  const request = { service: "kinesis", operation: "ListStreams", input: {}, region };
  const command = await toCliCommand(request, "http://127.0.0.1:4566");
  const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { cwd: folder, encoding: "utf8" });
  const given = ["aws", "kinesis", "list-streams", "--endpoint-url", "http://127.0.0.1:4566", "--region", region, ""];
  expect(words.split("\n")).toEqual(given);
});

test("our own colours stay", () => {
  const coloured = `${styleText("bold", "a", { validateStream: false })}\u001b[2J`;
  expect(escapeForTerminal(coloured)).toBe("\u001b[1ma\u001b[22m\\x1b[2J");
});

test("program and local account quote alike, although neither imports the other", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(quoteLocally(text)).toBe(quoteForShell(text));
    }),
  );
});
