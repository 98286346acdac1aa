import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { startAccount } from "../../local/account/account";
import { createTargets, type Print } from "../targets";

const root = join(__dirname, "../..");
const stack = "bench";

/** Runs a command of the Pulumi CLI on the account at `port` and returns its duration in seconds. */
function runPulumi(port: string, command: string): Promise<number> {
  const script = `. local/engine.sh && pulumi -C local ${command} --stack ${stack} --non-interactive`;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    execFile(
      "sh",
      ["-c", script],
      { cwd: root, env: { ...process.env, PORT: port }, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`pulumi ${command} failed:\n${stdout}${stderr}`.slice(0, 4000)));
        else resolve((performance.now() - started) / 1000);
      },
    );
  });
}

/** Measures the commands on the whole program with the real engine, and compares them with the CLI's shortest command. */
export async function measureEngine(print: Print = console.log): Promise<string[]> {
  const targets = createTargets(print);
  const account = await startAccount({ speed: 300 });
  const port = new URL(account.origin).port;
  const run = (command: string) => runPulumi(port, command);
  try {
    await run("stack init");
  } catch (error) {
    if (!/not found|ENOENT/.test(String(error))) throw error;
    print("skipped: the Pulumi CLI is not on PATH");
    await account.close();
    return [];
  }
  try {
    await run("config set aws:region eu-west-1");
    await run("config set recommender:deletionProtection false");
    const base = await run("config");
    const seconds = {
      up: await run("up --yes --skip-preview"),
      preview: await run("preview --expect-no-changes"),
      refresh: await run("refresh --yes --expect-no-changes"),
      destroy: await run("destroy --yes --skip-preview"),
    };
    for (const [command, taken] of Object.entries(seconds)) {
      print(
        `${command.padEnd(8)} ${taken.toFixed(1).padStart(6)} s  ${(taken / base).toFixed(0).padStart(4)} × the CLI's shortest command`,
      );
    }
    targets.check(seconds.up <= 45, `up from nothing ${seconds.up.toFixed(1)} s, at most 45 s`);
    targets.check(seconds.preview <= 6, `preview without changes ${seconds.preview.toFixed(1)} s, at most 6 s`);
  } finally {
    await run("stack rm --yes --force").catch((error) => print(String(error)));
    rmSync(join(root, `local/.state/config/Pulumi.${stack}.yaml`), { force: true });
    await account.close();
  }
  return targets.missed;
}
