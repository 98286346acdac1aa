// The files of a stack's configuration. The engine passes a list and its JSON text to the program
// as the same text, but `pulumi config set --path` replaces a text where it would change one part
// of a list: only the file says which it is.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { toCanonicalJson } from "../../dynamic-providers/resource/names";
import type { Step } from "../../names/config-command";
import { programName } from "../../names/layout";
import { Refusal } from "../../names/refusal";
import { showPath } from "../../names/shown-path";
import { findTooDeep, tooDeep } from "./levels";
import { listMembers, type Refuse, readYaml, resolveAlias, type YamlValue } from "./yaml-value";

/** A place in a file, to show it. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
}

export interface StoredValues {
  /** Objects are JSON text. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose values are left out, because only the Pulumi CLI can decrypt them. */
  readonly encrypted: readonly string[];
}

/**
 * One YAML file with a member `config`; without the file it is empty. Throws when it is not YAML.
 */
export class ConfigFile {
  readonly name: string;
  /** Every text is one, as it is written. */
  readonly document: Document;
  private readonly lines = new LineCounter();

  constructor(path: string) {
    this.name = showPath(path);
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    this.refuseDepth(text);
    this.document = parseDocument(text, { lineCounter: this.lines, schema: "failsafe" });
    const [error] = this.document.errors;
    if (error === undefined) return;
    const { line = 1 } = error.linePos?.[0] ?? {};
    const [, key = ""] = /^\s*(.*?):(\s|$)/.exec(text.split("\n")[line - 1] ?? "") ?? [];
    const isTwice = error.code === "DUPLICATE_KEY";
    const problem = isTwice
      ? `${key} is there twice. Put the values of both below one`
      : error.message.split(" at line")[0];
    throw new Refusal(`${this.name}, line ${line}: ${problem}.`);
  }

  /** Reads the file's tokens, which takes no call for each level. */
  private refuseDepth(text: string): void {
    const lines = new LineCounter();
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      const deep = findTooDeep<CST.Token>(token, listParts);
      if (deep) throw new Refusal(`${this.name}, line ${lines.linePos(deep.offset).line}: ${tooDeep}.`);
    }
  }

  /** Throws what is wrong with a part of the file, with its place. */
  readonly refuse: Refuse = (node, problem) => {
    const line = node.range ? this.lines.linePos(node.range[0]).line : 1;
    throw new Refusal(`${this.name}, line ${line}: ${problem}.`);
  };

  /**
   * Lists the values below `config` by full keys: those without a prefix are the project's, as the
   * CLI has it. Throws for what the CLI does not take.
   */
  listKeys(project: string): Map<string, Node> {
    const config = this.find();
    const found = new Map<string, Node>();
    if (config === undefined || (isScalar(config) && /^(~|null|Null|NULL|)$/.test(String(config.value)))) return found;
    if (!isMap(config)) return this.refuse(config, "config is no map of keys and values");
    for (const [name, { key, value }] of listMembers(config, this.document, this.refuse)) {
      const [start = "", ...rest] = name.split(":");
      const full = rest.length === 0 ? `${project}:${start}` : name;
      if (rest.length > 1) this.refuse(key, `${name} is no key: write namespace:name`);
      if (found.has(full)) this.refuse(key, `${full} is there twice, once without its prefix`);
      found.set(full, isNode(value) ? value : key);
      if (!isNode(value)) this.refuse(key, `${name} has no value. Give it one, or remove it`);
    }
    return found;
  }

  read(node: Node): YamlValue {
    return readYaml(node, this.document, this.refuse);
  }

  find(...path: readonly Step[]): Node | undefined {
    let node: unknown = this.document.contents;
    for (const step of ["config", ...path]) node = this.memberOf(resolve(node, this.document), step);
    return resolve(node, this.document);
  }

  /** The place of a key, or of the deepest part of its value that is there. */
  placeOf(...path: readonly Step[]): FilePlace | undefined {
    for (let length = path.length; length > 0; length--) {
      const { range } = this.findKey(path.slice(0, length)) ?? {};
      if (range) return { file: this.name, line: this.lines.linePos(range[0]).line };
    }
    return undefined;
  }

  /**
   * The node of a map's key, which is in the line that people look for; of a list's item the item.
   */
  private findKey(path: readonly Step[]): Node | undefined {
    const container = this.find(...path.slice(0, -1));
    const pair = isMap(container) ? this.pairOf(container, String(path.at(-1))) : undefined;
    return pair?.key ?? this.find(...path);
  }

  private memberOf(node: Node | undefined, step: Step): unknown {
    if (isMap(node)) return this.pairOf(node, String(step))?.value;
    return isSeq(node) ? node.items[Number(step)] : undefined;
  }

  private pairOf(map: YAMLMap, name: string): Pair<Node, Node | null> | undefined {
    return listMembers(map, this.document, this.refuse).get(name);
  }
}

/** Lists the tokens inside of one. */
function listParts(token: CST.Token): CST.Token[] {
  if (token.type === "document") return token.value ? [token.value] : [];
  if (!("items" in token)) return [];
  return token.items.flatMap(({ key, value }) => [...(key ? [key] : []), ...(value ? [value] : [])]);
}

const resolve = (node: unknown, document: Document): Node | undefined => {
  if (!isNode(node)) return undefined;
  return isAlias(node) ? node.resolve(document) : node;
};

/**
 * The files that a stack's configuration is in: its own, and the project's, whose values count for
 * keys that the stack's does not have.
 */
export class StackFiles {
  readonly own: ConfigFile;
  private readonly project: ConfigFile;
  private readonly projectName: string;

  constructor(own: string, project: string) {
    this.own = new ConfigFile(own);
    this.project = new ConfigFile(project);
    const name: unknown = this.project.document.get("name");
    this.projectName = typeof name === "string" ? name : programName;
  }

  /** Reads the values by full keys, as the CLI passes them to the program. */
  read(): StoredValues {
    const { values, encrypted } = this.parse();
    return { values: Object.fromEntries(Array.from(values, ([key, value]) => [key, toText(value)])), encrypted };
  }

  /**
   * Reads the values before they become texts. Throws for what the CLI does not take, and for what
   * it reads in a way that only it knows.
   */
  parse(): { values: ReadonlyMap<string, YamlValue>; encrypted: readonly string[] } {
    const values = new Map<string, YamlValue>();
    const encrypted: string[] = [];
    const own = this.own.listKeys(this.projectName);
    for (const [key, node] of own) {
      const value = this.own.read(node);
      if (value === null) this.own.refuse(node, `${key} has no value. Give it one, or remove it`);
      if (hasSecret(value)) encrypted.push(key);
      else values.set(key, value);
    }
    for (const [key, value] of this.readProject()) if (!own.has(key)) values.set(key, value);
    return { values, encrypted };
  }

  /** The values in the project's file. */
  private *readProject(): Generator<[key: string, value: YamlValue]> {
    const { project } = this;
    for (const [key, node] of project.listKeys(this.projectName)) {
      const declared = this.findDeclared(key, node);
      if (declared === undefined) continue;
      const value = project.read(declared);
      const isBare = declared === resolve(node, project.document);
      const isOdd = isBare && typeof value === "number" && !/^-?(0|[1-9]\d*)$/.test((declared as Scalar).source ?? "");
      if (value === null || hasSecret(value) || isOdd) {
        project.refuse(declared, `${key} has a value that the Pulumi CLI does not take from this file`);
      }
      yield [key, value];
    }
  }

  /**
   * The node of a value in the project's file: the key's own, or that of `value` or `default`
   * (Pulumi's reference, "Pulumi project file"). Undefined where only a type is declared.
   */
  private findDeclared(key: string, node: Node): Node | undefined {
    const { project } = this;
    const found = resolveAlias(node, project.document, project.refuse);
    if (!isMap(found)) return found;
    const members = listMembers(found, project.document, project.refuse);
    const isOwn = key.startsWith(`${this.projectName}:`);
    const known = ["secret", "value", ...(isOwn ? ["type", "description", "items", "default"] : [])];
    const other = [...members.keys()].find((name) => !known.includes(name));
    if (other !== undefined) {
      return project.refuse(found, `${key} has a member ${other}. Put its value below \`value\``);
    }
    const value = members.get("value")?.value;
    const fallback = members.get("default")?.value;
    if (value && fallback) return project.refuse(found, `${key} has both a value and a default`);
    return value ?? fallback ?? undefined;
  }

  /** Says whether a value is in the stack's own file; the project's has it below `value`. */
  isOwn(key: string): boolean {
    return this.findOwn(key) !== undefined;
  }

  placeOf(key: string, steps: readonly Step[]): FilePlace | undefined {
    const inProject = this.findProjectKey(key) ?? key;
    return this.own.placeOf(this.findOwnKey(key) ?? key, ...steps) ?? this.project.placeOf(inProject, ...steps);
  }

  /** The text of a key that has one; absent for other values. */
  textOf(key: string): string | undefined {
    const own = this.findOwn(key);
    const file = own ? this.own : this.project;
    const node = own ?? this.findInProject(this.findProjectKey(key));
    const value = isScalar(node) ? file.read(node) : undefined;
    return typeof value === "string" ? value : undefined;
  }

  /** A value as it is written without quotes, from which YAML made another type. */
  sourceOf(key: string, steps: readonly Step[]): string | undefined {
    const node = this.findOwn(key, ...steps) ?? this.findInProject(this.findProjectKey(key), ...steps);
    return isScalar(node) && node.type === "PLAIN" ? node.source : undefined;
  }

  private findOwn(key: string, ...steps: readonly Step[]): Node | undefined {
    const name = this.findOwnKey(key);
    return name === undefined ? undefined : this.own.find(name, ...steps);
  }

  private findOwnKey = (key: string): string | undefined => this.findName(this.own, key);
  private findProjectKey = (key: string): string | undefined => this.findName(this.project, key);

  /** Keys of the project may be without the project's name. */
  private findName(file: ConfigFile, key: string): string | undefined {
    const [namespace, name = ""] = key.split(":");
    return [key, ...(namespace === this.projectName ? [name] : [])].find((each) => file.find(each) !== undefined);
  }

  /** A value in the project's file is the key's, or below `value` or `default`. */
  private findInProject(key: string | undefined, ...steps: readonly Step[]): Node | undefined {
    if (key === undefined) return undefined;
    const { project } = this;
    return (
      project.find(key, "value", ...steps) ?? project.find(key, "default", ...steps) ?? project.find(key, ...steps)
    );
  }
}

/** The CLI passes objects as JSON with sorted names, and numbers as in JSON. */
const toText = (value: YamlValue): string => (typeof value === "string" ? value : toCanonicalJson(value));

/**
 * Recognises a value with an encrypted part. The Pulumi CLI writes each as an object with this one
 * member.
 */
function hasSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const parts = Object.entries(value);
  const [[name, text] = []] = parts;
  return (
    (parts.length === 1 && name === "secure" && typeof text === "string") || parts.some(([, part]) => hasSecret(part))
  );
}

/** The folder of a project's stacks' files. */
export function findStackFolder(project: string): string {
  const folder: unknown = new ConfigFile(join(project, "Pulumi.yaml")).document.get("stackConfigDir");
  return resolvePath(project, typeof folder === "string" ? folder : "");
}

/** Opens the files of a stack as the Pulumi CLI finds them below the project's folder. */
export const openStackFiles = (project: string, stack: string): StackFiles =>
  new StackFiles(join(findStackFolder(project), `Pulumi.${stack}.yaml`), join(project, "Pulumi.yaml"));
