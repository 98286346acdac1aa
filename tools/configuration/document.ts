import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { programName } from "../../names/layout";
import { configKeys, exampleOf, fieldOf, type Key, needsOf, otherExampleOf } from "../../stacks/config/keys";
import { writeBlock } from "../../stacks/config/problems";

const sources = ["keys.ts", "gate-fields.ts"].map((file) => join(__dirname, "../../stacks/config", file));

/** A key as the source describes it. */
interface Description {
  readonly comment: string;
  /** The title of the group that begins with the key. */
  readonly group?: string;
}

/**
 * Creates docs/configuration.md from the definition of the stack's configuration: a table for each
 * group of keys, then a section for each key of which a row does not say everything.
 */
export function createConfigurationDocument(): string {
  const descriptions = readDescriptions(sources.map((file) => readFileSync(file, "utf8")).join("\n"));
  const tables: string[] = [];
  const details: string[] = [];
  for (const key of configKeys) {
    const { comment, group } = descriptions.get(key) ?? {};
    if (comment === undefined) {
      throw new Error(`stacks/config/keys.ts: ${key} has no comment. Describe the key in one.`);
    }
    if (group !== undefined) tables.push(`\n## ${group}\n\n| key | default (values) | |\n|---|---|---|`);
    const { cells, more } = describeKey(key, comment);
    tables.push(`| ${[more === "" ? `\`${key}\`` : `[\`${key}\`](#${key.toLowerCase()})`, ...cells].join(" | ")} |`);
    if (more !== "") details.push(`### ${key}\n\n${more}\n`);
  }
  return `${head}${tables.join("\n")}\n\n## More about some keys\n\n${details.join("\n")}`;
}

/**
 * The characters for which a row has room. What does not fit is in the key's section: a longer
 * rule, all but the first sentence.
 */
const longest = { values: 60, text: 220 };

/**
 * Divides what is known about a key into the cells of its row (default with the values, first
 * sentence) and its section.
 */
function describeKey(key: Key, comment: string): { cells: readonly string[]; more: string } {
  const sentences = comment.split(/(?<=\.) (?=[^a-z])/);
  const [first = "", ...others] = sentences.filter((sentence) => !sentence.startsWith("Default: "));
  const whole = [first, ...others].join(" ");
  const fits = whole.length <= longest.text;
  const values = describeValues(key);
  const isLong = values.length > longest.values;
  const more = [fits ? "" : others.join(" "), isLong ? `Value: ${values}.` : "", describeStructure(key)];
  return {
    cells: [`${describeDefault(key, sentences)}${isLong ? "" : ` (${values})`}`, fits ? whole : first],
    more: more.filter((part) => part !== "").join("\n\n"),
  };
}

/** Finds the default in the key's type, or in its comment if it depends on other keys. */
function describeDefault(key: Key, sentences: readonly string[]): string {
  const fallback: unknown = fieldOf(key).parse(undefined);
  if (fallback !== undefined) return `\`${typeof fallback === "string" ? fallback : JSON.stringify(fallback)}\``;
  return sentences.map((sentence) => /^Default: (.+)\.$/.exec(sentence)?.[1]).find((text) => text) ?? "none";
}

/** Says which values a key takes, with an example where its default shows none. */
function describeValues(key: Key): string {
  const rules = listRules(key)
    .map((rule) => rule.replace(/^a whole number from /, "").replace(/^a number from (.+)/, "$1, with fractions"))
    .join("; ")
    .replaceAll("<", "\\<");
  const example = exampleOf(key);
  const isShown =
    typeof example === "object" || typeof example === "boolean" || example === fieldOf(key).parse(undefined);
  return isShown ? rules : `${rules}, such as \`${String(example)}\``;
}

const head = `<!-- Written by \`npm run configuration\` from stacks/config/keys.ts. Do not edit it. -->
# Configuration

A link leads to [more about a key](#more-about-some-keys). Values such as "1 to 10" are whole numbers. Set one value with \`pulumi config set recommender:<key> <value>\`, and one part of a list or an object with \`--path\`: \`pulumi config set --path recommender:tags.team pets\`. Write whole lists and objects as YAML below \`config:\` in \`Pulumi.<stack>.yaml\`: as JSON text they are refused.

Wrong values are refused before anything is created. Where text is meant, digits, \`true\` and \`false\` are that text; in the file, put \`007\`, \`1.0\` and \`1e3\` in quotes.
`;

/**
 * Shows an example of a list or an object as the stack's file has it, with the other keys that it
 * needs.
 */
function describeStructure(key: Key): string {
  const example = exampleOf(key);
  if (typeof example !== "object" || example === fieldOf(key).parse(undefined)) return "";
  const values = { ...needsOf(key), [key]: example };
  const blocks = Object.entries(values).map(([name, value]) => writeBlock(`${programName}:${name}`, value));
  const other = otherExampleOf(key);
  const more = other
    ? ["", `${other.title}:`, "", "```yaml", writeBlock(`${programName}:${key}`, other.value), "```"]
    : [];
  return ["```yaml", ...blocks, "```", ...more].join("\n");
}

/**
 * Values that are wrong for every key, or for some: what a key's type says about them is what it
 * allows.
 */
const wrongValues = [Symbol("wrong"), " ", 2];

function listRules(key: Key): string[] {
  const messages = wrongValues.flatMap((value) => fieldOf(key).safeParse(value).error?.issues ?? []);
  const rules = messages.map(({ message }) => message).filter((message) => message.startsWith("must be "));
  return [...new Set(rules.map((rule) => rule.replace("must be ", "")))];
}

/**
 * Reads the comments of all properties in the text, by name: those of the fields have the keys as
 * names.
 */
function readDescriptions(text: string): ReadonlyMap<string, Description> {
  const found = new Map<string, Description>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) {
      const comment = ts.getJSDocCommentsAndTags(node).map(({ comment }) => ts.getTextOfJSDocComment(comment))[0];
      const group = /\/\/ Group: (.+)/.exec(text.slice(node.pos, node.getStart()))?.[1];
      if (comment !== undefined) {
        found.set(node.name.getText(), { comment: comment.replaceAll(/\s*\n\s*/g, " "), group });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("keys.ts", text, ts.ScriptTarget.Latest, true));
  return found;
}
