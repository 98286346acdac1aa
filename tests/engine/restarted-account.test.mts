// `recommender pulumi` on an account that was started again: the state lists resources that no
// longer exist.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Kinesis } from "@aws-sdk/client-kinesis";
import aws from "@pulumi/aws/package.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { localEnvironment, stateFolder } from "../../cli/pulumi/environment.ts";
import { type Account, startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { runCommandLine } from "../support/command-line.ts";
import { needsPulumi } from "../support/engine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "local/.state", `restarted-${process.pid}`);
const { version } = aws;
const stack = `restarted-${process.pid}`;

describe("recommender pulumi, when the account was started again", needsPulumi, () => {
  let account: Account;
  let owner = "000000000000";
  const run = async (...args: string[]) => {
    const command = ["pulumi", "-C", folder, ...args];
    // Of another account: nothing of it counts.
    const elsewhere = { AWS_PROFILE: "work", AWS_ENDPOINT_URL_KINESIS: "http://127.0.0.1:1" };
    const variables = { AWS_ENDPOINT_URL: account.origin, AWS_ACCESS_KEY_ID: owner, ...elsewhere };
    const result = await runCommandLine(command, variables);
    if (result.code !== 0) throw new Error(result.printed);
    return result;
  };
  const pulumi = async (...args: string[]): Promise<string> => (await run(...args)).out;
  const streams = async () => (await new Kinesis(sdk(account)).listStreams({})).StreamNames;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    // It names no plugins, as the examples and other programs.
    writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name: "restarted", main: ".", runtime: "nodejs" }));
    // Otherwise the language host takes the nearest package for the program's own, and runs what
    // that exports.
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(
      join(folder, "index.ts"),
      'new (require("@pulumi/aws/kinesis").Stream)("visits", { name: "visits", shardCount: 1 });\n',
    );
    account = await startAccount();
    await pulumi("stack", "init", stack);
    await pulumi("config", "set", "aws:region", "eu-west-1");
  });
  afterAll(async () => {
    const env = { ...process.env, ...localEnvironment() };
    execFileSync("pulumi", ["-C", folder, "stack", "rm", "--force", "--yes", stack], { env, stdio: "ignore" });
    await account.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("without `-C` the project is the one of the user's folder, as with the CLI", async () => {
    const { printed } = await runCommandLine(["pulumi", "stack", "ls", "--json"], {
      AWS_ENDPOINT_URL: account.origin,
      INIT_CWD: folder,
    });
    expect(printed).toContain(`"name": "${stack}"`);
  });

  test("`-C` leaves the program's folder as it was", () => {
    expect(readdirSync(folder).sort()).toEqual(["Pulumi.yaml", "index.ts", "package.json"]);
  });

  const up = () => pulumi("up", "--yes", "--skip-preview");
  const refreshed = expect.stringContaining("refreshing");

  test("`up` compares the state with an account once, and a preview never", async () => {
    await up();
    expect(await streams()).toEqual(["visits"]);
    expect(await up()).not.toEqual(refreshed);
    expect(await pulumi("preview", "--expect-no-changes")).not.toEqual(refreshed);
    expect(await pulumi("preview", "--refresh")).toEqual(refreshed);
  });

  test("after a restart of the account a preview says that it compares nothing, and `up` creates everything again", async () => {
    await account.close();
    account = await startAccount();
    const preview = await run("preview");
    expect(preview.err).toContain("`up` compares the state with the account first");
    expect(preview.out).not.toEqual(refreshed);
    expect(await up()).toEqual(refreshed);
    expect(await streams()).toEqual(["visits"]);
    expect(await up()).not.toEqual(refreshed);
    expect((await run("preview", "--expect-no-changes")).err).not.toContain("compares");
  });

  test("a state that was imported, and one of another owner's account, are compared", async () => {
    const file = join(folder, "state.json");
    await pulumi("stack", "export", "--file", file);
    await pulumi("stack", "import", "--file", file);
    expect(await up()).toEqual(refreshed);
    owner = "111111111111";
    expect(await up()).toEqual(refreshed);
    owner = "000000000000";
    expect(await up()).toEqual(refreshed);
    expect(await streams()).toEqual(["visits"]);
  });

  test("`up` begins with what was interrupted, which a comparison would drop", async () => {
    // As a killed engine leaves it: `stack import` drops what is pending.
    const file = join(stateFolder, "backend/.pulumi/stacks/restarted", `${stack}.json`);
    const state = JSON.parse(readFileSync(file, "utf8"));
    const { latest } = state.checkpoint;
    const [{ urn }] = latest.resources.filter(({ type }: { type: string }) => type.includes(":Stream"));
    const resource = { urn: `${urn}-two`, custom: true, type: "aws:kinesis/stream:Stream", inputs: { name: "two" } };
    latest.pending_operations = [{ type: "creating", resource }];
    writeFileSync(file, JSON.stringify(state));
    owner = "111111111111";
    const { printed } = await run("up", "--yes", "--skip-preview");
    expect(printed).toMatch(/visits-two, interrupted while creating/);
    expect(printed).not.toEqual(refreshed);
    await pulumi("refresh", "--yes", "--clear-pending-creates");
    expect(await up()).not.toContain("interrupted");
    owner = "000000000000";
    await up();
  });

  test("uses the plugin of the package's version that the CLI has installed, or this repository's on demand", async () => {
    const home = join(folder, "home");
    const started = join(folder, "started");
    const installed = join(home, "plugins", `resource-aws-v${version}`);
    mkdirSync(installed, { recursive: true });
    // Another plugin's place, with this repository's in it.
    const own = join(root, "local/pulumi/plugin/pulumi-resource-aws");
    const script = `#!/bin/sh\ntest "$HTTP_PROXY" = "$AWS_ENDPOINT_URL" && touch "${started}"\nLOCAL_AWS_PLUGIN= exec "${own}" "$@"\n`;
    writeFileSync(join(installed, "pulumi-resource-aws"), script, { mode: 0o755 });
    const preview = async (...options: string[]) => {
      rmSync(started, { force: true });
      const command = ["pulumi", ...options, "-C", folder, "preview", "--stack", stack, "--expect-no-changes"];
      const { code, printed } = await runCommandLine(command, { AWS_ENDPOINT_URL: account.origin, PULUMI_HOME: home });
      return { code, printed, isInstalledOne: existsSync(started) };
    };

    const real = {
      code: 0,
      isInstalledOne: true,
      printed: expect.stringContaining(`The aws plugin is the real one, ${version}.`),
    };
    expect(await preview()).toEqual(real);
    const local = expect.stringContaining("The aws plugin is this repository's");
    expect(await preview("--provider", "local")).toEqual({ code: 0, isInstalledOne: false, printed: local });
    rmSync(home, { recursive: true });
    const missing = expect.stringContaining(`pulumi plugin install resource aws ${version}`);
    expect(await preview("--provider", "real")).toMatchObject({ code: 1, isInstalledOne: false, printed: missing });
  });
});
