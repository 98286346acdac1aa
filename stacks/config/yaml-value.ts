// What the Pulumi CLI reads from a part of a YAML file. It reads with gopkg.in/yaml.v3, which
// resolves texts without quotes by other rules than the package `yaml` (resolve.go), so they are
// here: tests/engine/stack-files.test.mts compares both.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap } from "yaml";

import { mostLevels, tooDeep } from "./levels";

export type YamlValue = null | boolean | number | string | YamlValue[] | { [name: string]: YamlValue };

/** Throws what the CLI reads in another way than one would think, or not at all. */
export type Refuse = (node: Node, problem: string) => never;

const quotes = "Put it in quotes, or write it in another way";
/** The most nodes of a value, with what its aliases repeat: of thousands, aliases of aliases. */
const mostNodes = 100_000;

/** Reads the value of a node. */
export function readYaml(node: Node, document: Document, refuse: Refuse): YamlValue {
  let left = mostNodes;
  const read = (given: unknown, above: readonly unknown[]): YamlValue => {
    const part = resolveAlias(given as Node | null, document, refuse);
    if (above.includes(part)) return refuse(given as Node, "is an alias of what it is in");
    if (above.length > mostLevels) return refuse(given as Node, tooDeep);
    if (left-- === 0) return refuse(node, `has more than ${mostNodes} parts`);
    if (!isScalar(part) && !isMap(part) && !isSeq(part)) return refuse(node, "has a part that is no value");
    if (part.tag !== undefined) return refuse(part, `has the tag ${part.tag}. ${quotes}`);
    if (isScalar(part)) return readScalar(part, refuse);
    const inside = [...above, part];
    if (isSeq(part)) return part.items.map((item) => read(item, inside));
    const members = [...listMembers(part, document, refuse)];
    return Object.fromEntries(members.map(([name, { value }]) => [name, read(value, inside)]));
  };
  return read(node, []);
}

/**
 * Lists the members of a map by their names. Those of `<<` count where the map does not have them,
 * and of several maps the first one counts.
 */
export function listMembers(map: YAMLMap, document: Document, refuse: Refuse): Map<string, Pair<Node, Node | null>> {
  const own = new Map<string, Pair<Node, Node | null>>();
  const merged: YAMLMap[] = [];
  for (const pair of map.items as Pair<Node, Node | null>[]) {
    if (isMerge(pair.key)) {
      const source = resolveAlias(pair.value, document, refuse);
      for (const each of isSeq(source) ? source.items : [source]) {
        const one = resolveAlias(each as Node, document, refuse);
        if (!isMap(one) || one === map) return refuse(pair.key, "merges what is no map");
        merged.push(one);
      }
      continue;
    }
    const name = readName(resolveAlias(pair.key, document, refuse), refuse);
    if (name === "<<") refuse(pair.key, "has a member << in quotes, which the Pulumi CLI does not take");
    if (own.has(name)) refuse(pair.key, `is there twice: ${name}`);
    own.set(name, pair);
  }
  for (const one of merged) {
    for (const [name, pair] of listMembers(one, document, refuse)) if (!own.has(name)) own.set(name, pair);
  }
  return own;
}

const isMerge = (key: unknown): boolean => isScalar(key) && key.type === Scalar.PLAIN && key.source === "<<";

function readName(key: Node, refuse: Refuse): string {
  const name = isScalar(key) && key.tag === undefined ? readScalar(key, refuse) : undefined;
  return typeof name === "string" ? name : refuse(key, "is a name that is no text. Put it in quotes");
}

/** The node of an alias. A part without a value has a node, too, except after `? key`. */
export function resolveAlias(node: Node | null, document: Document, refuse: Refuse): Node {
  if (node === null) return new Scalar(null);
  if (!isAlias(node)) return node;
  return node.resolve(document) ?? refuse(node, `names the anchor ${node.source}, which is not there`);
}

/** Words without quotes that are no text. */
function readConstant(word: string): null | boolean | undefined {
  if (/^(|~|null|Null|NULL)$/.test(word)) return null;
  return /^(true|True|TRUE|false|False|FALSE)$/.test(word) ? word.toLowerCase() === "true" : undefined;
}

/** With the prefixes of Go's ParseInt, base 0. */
const integer = /^[-+]?(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
const infinite = /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;
const date = /^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/;

function readScalar(scalar: Scalar, refuse: Refuse): YamlValue {
  const { source = "", type } = scalar;
  if (type !== undefined && type !== Scalar.PLAIN) return String(scalar.value);
  const constant = readConstant(source);
  if (constant !== undefined) return constant;
  if (infinite.test(source)) return refuse(scalar, `${source} is no number that the Pulumi CLI takes`);
  if (date.test(source)) return refuse(scalar, `${source} without quotes is a date. Put it in quotes`);
  if (!/^[-+.\d]/.test(source)) return source;
  // A number that begins with a point has no `_`.
  const plain = source.startsWith(".") ? source : source.replaceAll("_", "");
  if (integer.test(plain)) {
    const value = toInteger(plain);
    return Number.isSafeInteger(value) ? value : refuse(scalar, `${source} is too large to be exact. ${quotes}`);
  }
  if (!float.test(plain)) return source;
  const value = Number(plain);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return refuse(scalar, `${source} is too large to be exact. ${quotes}`);
  }
  return Number.isFinite(value) ? value : source;
}

function toInteger(text: string): number {
  const digits = text.replace(/^[-+]/, "");
  // `017` is octal.
  const value = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return text.startsWith("-") && value !== 0 ? -value : value;
}
