import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

// `npm ci --omit=dev` installs what a deployment needs: everything that the program and the policy pack load, also what the
// functions and the dynamic providers load, which are bundled while the program runs.

const root = fileURLToPath(new URL("../../", import.meta.url));
const { dependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies?: Record<string, string>;
};

/** Lists what a file loads when it runs: imports, also `import()` and `require`, without those of types. */
function listImports(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node) && !isOfTypes(node)) found.push(textOf(node.moduleSpecifier));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.isTypeOnly)
      found.push(textOf(node.moduleSpecifier));
    if (ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText(source))) {
      found.push(textOf(node.arguments[0]));
    }
    ts.forEachChild(node, visit);
  };
  const textOf = (node: ts.Node | undefined) => (node && ts.isStringLiteral(node) ? node.text : "");
  visit(source);
  return found.filter((name) => name !== "");
}

/** `import type …`, or `import { type A, type B }`. */
function isOfTypes({ importClause }: ts.ImportDeclaration): boolean {
  const names = importClause?.namedBindings;
  if (importClause?.isTypeOnly) return true;
  return importClause?.name === undefined && names && ts.isNamedImports(names) && names.elements.length > 0
    ? names.elements.every(({ isTypeOnly }) => isTypeOnly)
    : false;
}

const fileOf = (path: string) =>
  [path, `${path}.ts`, `${path}.js`, `${path}/index.ts`, `${path}/index.js`].find(
    (file) => /\.[cm]?[jt]s$/.test(file) && existsSync(file),
  );
const packageOf = (specifier: string) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

/** The packages that a program loads, and how many files it has. */
function readGraph(entry: string): { files: number; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const specifier of listImports(file)) {
      if (!specifier.startsWith(".")) packages.add(packageOf(specifier));
      else
        visit(
          fileOf(join(dirname(file), specifier)) ?? expect.fail(`${file} imports ${specifier}, which is not a file`),
        );
    }
  };
  visit(join(root, entry));
  const isPackage = (name: string) => !name.startsWith("node:") && !builtinModules.includes(name);
  return { files: files.size, packages: [...packages].filter(isPackage) };
}

test.each([
  ["index.ts", 80, "@aws-sdk/client-personalize"],
  ["policy/index.ts", 5, "@pulumi/policy"],
])("everything that %s loads is a dependency of a deployment", (entry, files, known) => {
  const graph = readGraph(entry);
  expect(graph.files).toBeGreaterThan(files);
  expect(graph.packages).toContain(known);
  expect(graph.packages.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
});

test("nothing else is, except the compiler, with which Pulumi loads the program", () => {
  const loaded = ["index.ts", "policy/index.ts"].flatMap((entry) => readGraph(entry).packages);
  expect(Object.keys(dependencies).filter((name) => !loaded.includes(name))).toEqual(["typescript"]);
});
