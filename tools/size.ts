/**
 * `npm run size`: counts the lines with code of each part of the repository, prints them beside the
 * limit in CONTRIBUTING.md, and ends with 1 when a part has more than the limit and its air.
 * Comments and empty lines do not count.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

const root = join(__dirname, "..");

interface Part {
  readonly name: string;
  /** Paths of the table, such as `cli/`; tests are a separate part. */
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

/** A part may be over its limit by as much; the next change of it must pay that back. */
const air = 1.03;

/** Counts the lines on which a token is, at its start or its end. */
function countCode(file: string): number {
  const text = readFileSync(join(root, file), "utf8");
  if (file.endsWith(".css")) return countFull(text.replaceAll(/\/\*[\s\S]*?\*\//g, ""));
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const lines = new Set<number>();
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    // A token, such as a text of several lines.
    if (node.getChildCount(source) === 0 && node.kind !== ts.SyntaxKind.EndOfFileToken) {
      for (let line = lineAt(node.getStart(source)); line <= lineAt(node.end); line++) lines.add(line);
    }
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return lines.size;
}

const countFull = (text: string): number => text.split("\n").filter((line) => line.trim() !== "").length;

function countLines({ paths }: Part): number {
  const ofTests = paths.some(isTest);
  return files
    .filter((file) => paths.some((path) => file.startsWith(path)) && isTest(file) === ofTests)
    .reduce((sum, file) => sum + countCode(file), 0);
}

const parts = readLimits();
if (parts.length === 0) throw new Error("CONTRIBUTING.md has no table of sizes below the heading Size.");
for (const part of parts) {
  const lines = countLines(part);
  const isOver = lines > part.most * air;
  console.log(`${part.name.padEnd(10)} ${String(lines).padStart(7)} of ${part.most}${isOver ? ": too many" : ""}`);
  if (isOver) process.exitCode = 1;
}
