import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needs } from "./needs.ts";
import { succeeds } from "./succeeds.ts";

const program = join(import.meta.dirname, "aws-cli.py");

/** The AWS CLI as a package of Python. */
export const needsAwsCli = needs("the AWS CLI 1", succeeds("python3", ["-c", "import awscli"]));

export interface CliResult {
  /**
   * 0, or the AWS CLI's: 252 for a command that it does not understand, 254 for an error of the
   * service.
   */
  readonly code: number;
  readonly error: string;
}

/**
 * Runs command lines that users paste: a shell reads each one, and one process of the AWS CLI runs
 * them all.
 */
export async function runAwsCommands(commands: readonly string[]): Promise<CliResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "aws-cli-"));
  try {
    writeFileSync(join(folder, "aws"), '#!/bin/sh\nprintf "%s\\0" "$@"\n[ -t 0 ] || { printf "\\0"; cat; }\n');
    chmodSync(join(folder, "aws"), 0o755);
    writeFileSync(join(folder, "body"), "a body");
    const shell = { cwd: folder, env: { PATH: `${folder}:${process.env.PATH}` }, stdio: ["ignore", "pipe", "inherit"] };
    const read = commands.map((command) => {
      const bytes = execFileSync("sh", ["-c", command], shell as object).toString("latin1");
      const end = bytes.indexOf("\0\0");
      const words = Buffer.from(bytes.slice(0, end), "latin1").toString().split("\0");
      return { words, stdin: bytes.slice(end + 2) };
    });
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_MAX_ATTEMPTS: "1",
    };
    // Not synchronous: the account that answers is in this process.
    const child = spawn("python3", [program], { cwd: folder, env, stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify(read));
    let printed = "";
    child.stdout.on("data", (bytes) => {
      printed += bytes;
    });
    await once(child, "close");
    return JSON.parse(printed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
