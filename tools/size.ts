/**
 * `npm run size`: counts the lines of code of each part of the repository, prints them beside the limit in CONTRIBUTING.md,
 * and ends with 1 when a part has one line more.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");

interface Part {
  readonly name: string;
  /** Paths of the table, such as `cli/`; tests are a part of their own. */
  readonly paths: readonly string[];
  readonly most: number;
}

/** The rows of the table whose first cell has paths: `| program: \`stacks/\`, … | 12,500 |`. */
function readLimits(): Part[] {
  const table = readFileSync(join(root, "CONTRIBUTING.md"), "utf8").split("\n## Size\n")[1]?.split("\n## ")[0] ?? "";
  return [...table.matchAll(/^\| ([\w ]+): (.*?) \| ([\d,]+) \|/gm)].map(([, name = "", cell = "", most = ""]) => ({
    name,
    paths: [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path),
    most: Number(most.replaceAll(",", "")),
  }));
}

const sources = ["*.ts", "*.tsx", "*.mts", "*.cjs", "*.mjs", "*.js", "*.css"];
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...sources], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const isTest = (file: string) => /(^|\/)tests\//.test(file);
const linesOf = (file: string) => readFileSync(join(root, file), "utf8").split("\n").length - 1;

function countLines({ paths }: Part): number {
  const ofTests = paths.some(isTest);
  return files
    .filter((file) => paths.some((path) => file.startsWith(path)) && isTest(file) === ofTests)
    .reduce((sum, file) => sum + linesOf(file), 0);
}

const parts = readLimits();
if (parts.length === 0) throw new Error("CONTRIBUTING.md has no table of sizes below the heading Size.");
for (const part of parts) {
  const lines = countLines(part);
  const isOver = lines > part.most;
  console.log(`${part.name.padEnd(10)} ${String(lines).padStart(7)} of ${part.most}${isOver ? ": too many" : ""}`);
  if (isOver) process.exitCode = 1;
}
