// The examples that are Pulumi programs, each by the commands of its document.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { backendIn, pulumiEnvironment } from "../../cli/pulumi/environment.ts";
import type { RecommenderContract } from "../../contract/index.js";
import { type Account, startAccount } from "../../local/account.ts";
import { needsPulumi } from "../support/engine.ts";
import { root } from "../support/listed-files.mts";

const examples = readdirSync(join(root, "examples")).filter((name) =>
  existsSync(join(root, "examples", name, "Pulumi.yaml")),
);

/** Texts that a document leaves to its reader. */
const values = {
  ORGANIZATION: "organization",
  BUCKET: "state",
  KEY_ARN: "arn:aws:kms:eu-west-1:111122223333:key/1",
  POLICY_ARN: "arn:aws:iam::111122223333:policy/deploy",
};

/** The commands that begin in an example's folder, as its document has them. */
function readCommands(example: string): string {
  const own = join(root, "examples", example, "README.md");
  const document = readFileSync(existsSync(own) ? own : join(root, "docs/github.md"), "utf8").replace(/^ {3}/gm, "");
  const block = document.match(new RegExp(`\`\`\`sh\\n(cd examples/${example}\\n(?:.|\\n)*?)\`\`\``))?.[1];
  if (block === undefined) throw new Error(`No document has commands that begin with: cd examples/${example}`);
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(name, value), block);
}

const folder = join(root, "local/.state", `examples-${process.pid}`);
const at = (name: string) => join(folder, name);

describe("Examples", needsPulumi, () => {
  let account: Account;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    account = await startAccount();
    for (const name of ["bin", "backend", "recommender"]) mkdirSync(at(name), { recursive: true });
    // It prints what GitHub answers for a repository.
    writeFileSync(at("bin/gh"), "#!/bin/sh\necho repo:octo-org@123456/octo-repo@456789\n", { mode: 0o755 });
    const own = pulumiEnvironment(account.origin, backendIn(at("backend")));
    const region = { AWS_REGION: "eu-west-1", LOCAL_AWS_PLUGIN: "" };
    env = { ...process.env, ...own, ...region, PATH: [at("bin"), own.PATH].join(delimiter) };
    writeRecommender();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await account.close();
  });

  /** Stores the outputs of a recommender's stack `dev`, which the examples read. */
  function writeRecommender(): void {
    const options = { cwd: at("recommender"), env };
    writeFileSync(at("recommender/Pulumi.yaml"), "name: recommender\nruntime: nodejs\n");
    execFileSync("pulumi", ["stack", "init", "dev"], options);
    const type = "pulumi:pulumi:Stack";
    const outputs: Partial<RecommenderContract> = {
      recommendFunctionName: "recommender-dev-recommend-pets",
      invokePolicyArn: "arn:aws:iam::000000000000:policy/recommender-dev-invoke",
      campaignArns: { recommendation: "arn:aws:personalize:eu-west-1:000000000000:campaign/recommender-dev-pets" },
      placements: { recommendation: { model: "recommendation", needsItem: false } },
    };
    const resource = { urn: `urn:pulumi:dev::recommender::${type}::recommender-dev`, type, custom: false, outputs };
    const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
    const input = JSON.stringify({ version: 3, deployment: { manifest, resources: [resource] } });
    execFileSync("pulumi", ["stack", "import"], { ...options, input });
  }

  /** Runs the document's commands, with these and a preview in place of `pulumi up`. */
  async function preview(example: string, more: string): Promise<string> {
    // A checkout has no file of an example's stack afterwards.
    cpSync(join(root, "examples", example), at(`examples/${example}`), { recursive: true });
    const script = readCommands(example).replace(/^pulumi up$/m, `${more}\npulumi preview --non-interactive`);
    const ended = promisify(execFile)("sh", ["-ec", script], { cwd: folder, env });
    return ended.then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
  }

  /** The local account has no providers for OpenID Connect: as for an account's second stack. */
  const additions: Readonly<Record<string, string>> = {
    "github-access": "pulumi config set providerArn arn:aws:iam::111122223333:oidc-provider/x",
  };
  /** The local account has no API Gateway. */
  const unsupported: Readonly<Record<string, string>> = {
    "http-endpoint": "The local provider does not support the resource type aws:apigatewayv2/api:Api.",
  };
  test.each(examples)("%s is previewed by the commands of its document", async (example) => {
    const printed = await preview(example, additions[example] ?? "");
    const { name } = parse(readFileSync(join(root, "examples", example, "Pulumi.yaml"), "utf8")) as { name: string };
    const errors = printed.split("\n").filter((line) => line.includes("error:"));
    const foreseen = unsupported[example];
    if (foreseen === undefined) {
      expect(errors).toEqual([]);
      expect(printed).toMatch(/\n +\+ +(├─ )?aws:iam:Role /);
    } else expect(new Set(errors.map((line) => line.includes(foreseen)))).toEqual(new Set([true]));
    // The program is its own, not the one at the root.
    expect(printed).toContain(`pulumi:pulumi:Stack ${name}-`);
    expect(printed).not.toMatch(/recommender:\w+:\w+/);
  });
});
