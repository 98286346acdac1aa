// The shell lines of README and contract.md that call a stack, as readers paste them: with version
// 1 of the AWS CLI, which takes fewer forms than version 2, and with boto3.
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { needs } from "../../../local/tests/support/needs.ts";
import { succeeds } from "../../../local/tests/support/succeeds.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";
import { root } from "../../support/listed-files.mts";
import { createFiles } from "../../support/temporary-folder.mts";

const needsPython = needs(
  "the AWS CLI, and python3 with boto3",
  succeeds("aws", ["--version"]) && succeeds("python3", ["-c", "import boto3"]),
);

const document = (name: string) => readFileSync(join(root, name), "utf8");
/** Blocks for a shell, and commands within a sentence, that use the AWS CLI. */
const findLines = (name: string): string[] => {
  const text = document(name);
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const inline = [...text.replaceAll(/^```.*?^```$/gms, "").matchAll(/`(aws [^`]+)`/g)].map(([, line = ""]) => line);
  return [...blocks, ...inline].filter((lines) => /(^|\s)aws /m.test(lines));
};
/** The first line of README's block, which prepares the shell for all others. */
const preparation = 'eval "$(npx recommender environment)"';

/** Of a stack `dev`, as in the documents. */
export function testPastedLines(open: () => DeployedStack): void {
  describe("Pasted into a shell that has settings for AWS", needsPython, () => {
    const { folder, file } = createFiles();
    const config = file("config", sharedConfig);
    afterAll(() => rmSync(join(root, "answer.json"), { force: true }));

    /** Runs lines in the project's folder, in a shell whose settings lead elsewhere. */
    const paste = async (lines: string, shell = "bash"): Promise<string> => {
      const nowhere = "http://127.0.0.1:1";
      const { stdout } = await promisify(execFile)(shell, ["-c", `set -e\n${lines}`], {
        cwd: root,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          PYTHONDONTWRITEBYTECODE: "1",
          PORT: new URL(open().account.origin).port,
          BUCKET: open().outputs.archiveBucketName,
          AWS_CONFIG_FILE: config,
          AWS_PROFILE: "work",
          AWS_DEFAULT_PROFILE: "work",
          AWS_SESSION_TOKEN: "of other keys",
          AWS_SECURITY_TOKEN: "of other keys",
          AWS_CREDENTIAL_EXPIRATION: "2026-01-01T00:00:00Z",
          AWS_USE_FIPS_ENDPOINT: "true",
          AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
          ...Object.fromEntries(
            ["KINESIS", "LAMBDA", "S3", "SSM"].map((service) => [`AWS_ENDPOINT_URL_${service}`, nowhere]),
          ),
        },
      });
      return stdout;
    };

    test.each(["bash", "sh"])("README's lines answer with three pets (%s)", async (shell) => {
      const [lines = "", ...others] = findLines("README.md");
      expect(others).toEqual([]);
      expect(lines.split("\n")[0]).toBe(preparation);
      const printed = await paste(lines, shell);
      const answer = JSON.parse(/\{"statusCode".*/.exec(printed)?.[0] ?? "");
      expect(JSON.parse(answer.body)).toHaveLength(3);
    });

    test("contract.md's lines end without an error", async () => {
      const lines = findLines("docs/contract.md");
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) await paste(`${preparation}\ncd "$HOME"\n${line}`);
    });

    test("a program with boto3 calls the stack after README's first line", async () => {
      const printed = await paste(`${preparation}\npython3 examples/callers/caller.py dev s-7f3a`);
      expect(JSON.parse(printed).recommended).toHaveLength(5);
    });
  });
}

/** Each line of it would lead a client elsewhere if it counted. */
const sharedConfig = `[default]
ignore_configured_endpoint_urls = true
use_fips_endpoint = true
use_dualstack_endpoint = true
endpoint_url = http://127.0.0.1:1
services = elsewhere
[profile work]
role_arn = arn:aws:iam::123456789012:role/work
source_profile = default
[services elsewhere]
lambda =
  endpoint_url = http://127.0.0.1:1
`;
