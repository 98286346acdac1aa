import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { listFiles, root } from "../support/listed-files.mts";

// Rules of layout that no formatter has: lines are for readers, and are not saved.

const longestComment = 100;
const files = listFiles("*.ts", "*.tsx", "*.mts", "*.cjs", "*.js").map((file) => ({
  file,
  text: readFileSync(join(root, file), "utf8"),
}));
/** What a rule can forbid; to parse all files takes a second. */
const isSuspect = (text: string) =>
  /\.\.\.\s*[[{]|(const|let)\s*\[/.test(text) || /^\s*(\} )?(if|else|for|while|do)\b.*[^{;,]$/m.test(text);
const sources = files
  .filter(({ text }) => isSuspect(text))
  .map(({ file, text }) => ({ file, source: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) }));

/** Finds the places of all nodes that a rule forbids. */
function findPlaces(isForbidden: (node: ts.Node) => boolean): string[] {
  return sources.flatMap(({ file, source }) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (isForbidden(node)) found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
      node.forEachChild(visit);
    };
    visit(source);
    return found;
  });
}

test("no literal is spread into a literal of its kind: its members can be written there", () => {
  const places = findPlaces(
    (node) =>
      (ts.isSpreadAssignment(node) && ts.isObjectLiteralExpression(node.expression)) ||
      (ts.isSpreadElement(node) &&
        ts.isArrayLiteralExpression(node.expression) &&
        ts.isArrayLiteralExpression(node.parent)),
  );
  expect(places).toEqual([]);
});

test("each statement declares one thing: no list is taken apart where it is written", () => {
  const places = findPlaces(
    (node) =>
      ts.isVariableDeclaration(node) &&
      ts.isArrayBindingPattern(node.name) &&
      node.initializer !== undefined &&
      ts.isArrayLiteralExpression(node.initializer) &&
      !node.initializer.elements.some(ts.isSpreadElement),
  );
  expect(places).toEqual([]);
});

/** The body of a statement, and of its `else`. */
const bodiesOf = (node: ts.Node): ts.Statement[] => {
  if (ts.isIfStatement(node)) return [node.thenStatement, ...(node.elseStatement ? [node.elseStatement] : [])];
  return ts.isIterationStatement(node, false) ? [node.statement] : [];
};

test("a body on a separate line has braces", () => {
  const isAlone = (body: ts.Statement) => {
    const { text } = body.getSourceFile();
    const start = body.getStart();
    return !ts.isBlock(body) && text.slice(text.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
  };
  expect(findPlaces((node) => bodiesOf(node).some(isAlone))).toEqual([]);
});

test(`comments have at most ${longestComment} columns`, () => {
  const isLong = (line: string) => line.length > longestComment && /^\s*(\/\/ (?!biome-ignore)|\/\*\*|\* )/.test(line);
  const long = files.flatMap(({ file, text }) =>
    text.split("\n").flatMap((line, index) => (isLong(line) ? `${file}:${index + 1}` : [])),
  );
  expect(long).toEqual([]);
});
