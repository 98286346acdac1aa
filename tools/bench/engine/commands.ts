import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { localEnvironment } from "../../../cli/pulumi/environment";
import { startAccount } from "../../../local/account/account";
import { median } from "../median";
import { createTargets, type Print } from "../targets";

const root = join(__dirname, "../../..");
const stack = "bench";
/** Previews, of which the median counts. */
const rounds = 5;

/** Runs a line of the shell and returns its duration in seconds. */
function run(line: string, cwd: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    execFile(
      "sh",
      ["-c", line],
      { cwd, env: { ...process.env, ...environment }, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${line} failed:\n${stdout}${stderr}`.slice(0, 4000)));
        else resolve((performance.now() - started) / 1000);
      },
    );
  });
}

/**
 * Measures previews of the unchanged stack, and `cdk synth` of another program in turn with them, because other work on the
 * machine changes both. Returns the medians in seconds.
 */
async function comparePreview(preview: () => Promise<number>, cdkApp: string | undefined) {
  const times: { preview: number[]; synth: number[] } = { preview: [], synth: [] };
  for (let round = 0; round < rounds; round++) {
    times.preview.push(await preview());
    if (cdkApp !== undefined) times.synth.push(await run("cdk synth --quiet", cdkApp, {}));
  }
  return { preview: median(times.preview), synth: median(times.synth) };
}

/**
 * Measures the commands on the whole program with the real engine, and compares them with the CLI's shortest command, and a
 * preview with `cdk synth` in the folder `cdkApp`.
 */
export async function measureEngine(cdkApp?: string, print: Print = console.log): Promise<string[]> {
  const targets = createTargets(print);
  const account = await startAccount({ speed: 300 });
  const environment = localEnvironment(account.origin);
  const pulumi = (command: string) =>
    run(`pulumi -C local ${command} --stack ${stack} --non-interactive`, root, environment);
  try {
    await pulumi("stack init");
  } catch (error) {
    if (!/not found|ENOENT/.test(String(error))) throw error;
    print("skipped: the Pulumi CLI is not on PATH");
    await account.close();
    return [];
  }
  try {
    await pulumi("config set aws:region eu-west-1");
    await pulumi("config set recommender:deletionProtection false");
    const base = await pulumi("config");
    const up = await pulumi("up --yes --skip-preview");
    const { preview, synth } = await comparePreview(() => pulumi("preview --expect-no-changes"), cdkApp);
    const seconds = {
      up,
      preview,
      refresh: await pulumi("refresh --yes --expect-no-changes"),
      destroy: await pulumi("destroy --yes --skip-preview"),
    };
    for (const [command, taken] of Object.entries(seconds)) {
      print(
        `${command.padEnd(8)} ${taken.toFixed(1).padStart(6)} s  ${(taken / base).toFixed(0).padStart(4)} × the CLI's shortest command`,
      );
    }
    targets.check(seconds.up <= 45, `up from nothing ${seconds.up.toFixed(1)} s, at most 45 s`);
    targets.check(preview <= 3.7, `preview without changes ${preview.toFixed(1)} s, at most 3.7 s`);
    if (cdkApp !== undefined) {
      const text = `preview without changes ${(preview / synth).toFixed(2)} × cdk synth (${synth.toFixed(1)} s), at most 1`;
      targets.check(preview <= synth, text);
    }
  } finally {
    await pulumi("stack rm --yes --force").catch((error) => print(String(error)));
    rmSync(join(root, `local/.state/config/Pulumi.${stack}.yaml`), { force: true });
    await account.close();
  }
  return targets.missed;
}
