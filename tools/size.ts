/**
 * `npm run size`: counts the lines with code of each part of the repository, whose folders are in
 * CONTRIBUTING.md, and what the branch has added to each since it left the main branch. It reports
 * and refuses nothing. Comments and empty lines do not count.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

const root = join(__dirname, "..");
const sources = ["*.ts", "*.tsx", "*.mts", "*.cjs", "*.mjs", "*.js", "*.css"];

const git = (...args: string[]): string =>
  execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1e9 });
const listLines = (text: string) => text.split("\n").filter((line) => line !== "");

interface Part {
  readonly name: string;
  /** Paths of the table, such as `cli/`; tests are a separate part. */
  readonly paths: readonly string[];
}

/** The rows of the table below "Size": `| program | \`stacks/\`, … |`. */
function readParts(): Part[] {
  const table = readFileSync(join(root, "CONTRIBUTING.md"), "utf8").split("\n## Size\n")[1]?.split("\n## ")[0] ?? "";
  return [...table.matchAll(/^\| (\w+) \| (`.*) \|$/gm)].map(([, name = "", cell = ""]) => ({
    name,
    paths: [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path),
  }));
}

const isTest = (file: string) => /(^|\/)tests\//.test(file);

function isOf({ paths }: Part, file: string): boolean {
  return paths.some((path) => file.startsWith(path)) && isTest(file) === paths.some(isTest);
}

/** Counts the lines on which a token is, at its start or its end. */
function countCode(file: string, text: string): number {
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

function countNow(file: string): number {
  const path = join(root, file);
  return existsSync(path) ? countCode(file, readFileSync(path, "utf8")) : 0;
}

/** The commit at which the branch left the main one; undefined on that one. */
function findBase(): string | undefined {
  for (const main of ["origin/main", "main"]) {
    try {
      const base = git("merge-base", "HEAD", main).trim();
      if (base !== git("rev-parse", "HEAD").trim()) return base;
    } catch {
      // A clone may have no such branch.
    }
  }
  return undefined;
}

/** The lines that a changed file has more than at the base, by file. */
function countAdded(base: string): ReadonlyMap<string, number> {
  const before = new Set(listLines(git("ls-tree", "-r", "--name-only", base)));
  const changed = listLines(git("diff", "--name-only", base, "--", ...sources));
  return new Map(
    changed.map((file) => {
      const then = before.has(file) ? countCode(file, git("show", `${base}:${file}`)) : 0;
      return [file, countNow(file) - then];
    }),
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);

const files = listLines(git("ls-files", "-co", "--exclude-standard", "--", ...sources));
const base = findBase();
const added = base === undefined ? undefined : countAdded(base);
if (base === undefined) console.log("No branch to compare with: this is the main branch, or the clone has none.");
const parts = readParts();
if (parts.length === 0) throw new Error("CONTRIBUTING.md has no table of parts below the heading Size.");
for (const part of parts) {
  const lines = sum(files.filter((file) => isOf(part, file)).map(countNow));
  const more = added && sum([...added].flatMap(([file, count]) => (isOf(part, file) ? count : [])));
  const change = more === undefined ? "" : `  ${more < 0 ? "−" : "+"}${Math.abs(more)} on this branch`;
  console.log(`${part.name.padEnd(10)} ${String(lines).padStart(7)}${change}`);
}
