import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { configKeys, exampleOf, fieldOf } from "../../stacks/config";
import { quoteForShell } from "../../text/shell";

const sources = ["config.ts", "gate-fields.ts"].map((file) => join(__dirname, "../../stacks", file));

/** Creates docs/configuration.md from the definition of the stack's configuration: its fields, and their comments. */
export function createConfigurationDocument(): string {
  const comments = readComments(sources.map((file) => readFileSync(file, "utf8")).join("\n"));
  const sections = configKeys.map((key) => {
    const comment = comments.get(key);
    if (comment === undefined) throw new Error(`stacks/config.ts: ${key} has no comment. Describe the key in one.`);
    return `## ${key}\n\n${comment}\n\n${describeValues(key)}\n`;
  });
  return `${head}\n${sections.join("\n")}`;
}

const head = `<!-- Written by \`npm run configuration\` from stacks/config.ts. Do not edit it. -->
# Configuration

Every key of a stack's configuration. Set values with \`pulumi config set recommender:<key> <value>\`, or in \`Pulumi.<stack>.yaml\`. Wrong values are refused before anything is created, all at once, each with the command that corrects it.
`;

function describeValues(key: (typeof configKeys)[number]): string {
  const fallback: unknown = fieldOf(key).parse(undefined);
  const text = typeof fallback === "string" ? fallback : JSON.stringify(fallback);
  const example = exampleOf(key);
  return [
    ...(fallback === undefined ? [] : [`- Default: \`${text}\``]),
    `- Value: ${listRules(key)
      .join("; ")
      .replace(/^must be /, "")}`,
    ...(example === text ? [] : [`- Example: \`pulumi config set recommender:${key} ${quoteForShell(example)}\``]),
  ].join("\n");
}

/** Values that are wrong for every key, or for some: what a key's type says about them is what it allows. */
const wrongValues = [Symbol("wrong"), " ", 2];

function listRules(key: (typeof configKeys)[number]): string[] {
  const messages = wrongValues.flatMap((value) => fieldOf(key).safeParse(value).error?.issues ?? []);
  const rules = messages.map(({ message }) => message).filter((message) => message.startsWith("must "));
  return [...new Set(rules)];
}

/** The comments of all properties in the text, by name: those of the fields have the keys as names. */
function readComments(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) {
      const comment = ts.getJSDocCommentsAndTags(node).map(({ comment }) => ts.getTextOfJSDocComment(comment));
      if (comment[0] !== undefined) found.set(node.name.getText(), comment[0].replaceAll(/\s*\n\s*/g, " "));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("config.ts", text, ts.ScriptTarget.Latest, true));
  return found;
}
