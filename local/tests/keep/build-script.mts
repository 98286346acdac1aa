import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** Builds a program of this folder to one file, which starts in a tenth of the time. Returns its path. */
export function buildScript(name: string): string {
  const outfile = join(mkdtempSync(join(tmpdir(), "script-")), `${name}.cjs`);
  const entryPoints = [fileURLToPath(new URL(`${name}.mts`, import.meta.url))];
  buildSync({ entryPoints, outfile, bundle: true, platform: "node", target: "node24" });
  return outfile;
}
