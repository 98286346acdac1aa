import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { project } from "../../names/layout";
import { quoteForShell } from "../../names/shell";
import { configKeys, exampleOf, fieldOf, needsOf } from "../../stacks/config/config";
import { writeBlock } from "../../stacks/config/problems";

const sources = ["config.ts", "gate-fields.ts"].map((file) => join(__dirname, "../../stacks/config", file));

/** Creates docs/configuration.md from the definition of the stack's configuration: its fields, and their comments. */
export function createConfigurationDocument(): string {
  const comments = readComments(sources.map((file) => readFileSync(file, "utf8")).join("\n"));
  const sections = configKeys.map((key) => {
    const comment = comments.get(key);
    if (comment === undefined)
      throw new Error(`stacks/config/config.ts: ${key} has no comment. Describe the key in one.`);
    return `## ${key}\n\n${comment}\n\n${describeValues(key)}\n`;
  });
  return `${head}\n${sections.join("\n")}`;
}

const head = `<!-- Written by \`npm run configuration\` from stacks/config/config.ts. Do not edit it. -->
# Configuration

Every key of a stack's configuration. Set one value with \`pulumi config set recommender:<key> <value>\`, and one part of a list or an object with \`--path\`: \`pulumi config set --path recommender:tags.team pets\`. Write whole lists and objects as YAML below \`config:\` in \`Pulumi.<stack>.yaml\`, as the examples show. As JSON text they are refused, because \`--path\` would replace all of it.

Wrong values are refused before anything is created, all at once, with their lines, or with the command that corrects one where it is certain. Where text is meant, digits, \`true\` and \`false\` are that text; in the file, put \`007\`, \`1.0\` and \`1e3\` in quotes, as \`pulumi config set --path\` does.
`;

function describeValues(key: (typeof configKeys)[number]): string {
  const fallback: unknown = fieldOf(key).parse(undefined);
  const text = typeof fallback === "string" ? fallback : JSON.stringify(fallback);
  const rules = listRules(key).join("; ");
  return [
    ...(fallback === undefined ? [] : [`- Default: \`${text}\``]),
    `- Value: ${rules.replace(/^must be /, "")}`,
    ...describeExample(key, fallback),
  ].join("\n");
}

/** Shows a list or an object as the stack's file has it, and other values with the command that sets them. */
function describeExample(key: (typeof configKeys)[number], fallback: unknown): string[] {
  const example = exampleOf(key);
  if (example === fallback) return [];
  if (typeof example !== "object") {
    return [`- Example: \`pulumi config set ${project}:${key} ${quoteForShell(String(example))}\``];
  }
  const values = { ...needsOf(key), [key]: example };
  const blocks = Object.entries(values).map(([name, value]) => writeBlock(`${project}:${name}`, value));
  return ["- Example:", "", "```yaml", ...blocks, "```"];
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
