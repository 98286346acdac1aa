// The files of a stack's configuration. The engine passes a list and its JSON text to the program
// as the same text, but `pulumi config set --path` replaces a text where it would change one part
// of a list: only the file says which it is.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Document, isAlias, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { Step } from "../../names/config-command";

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
  readonly document: Document;
  private readonly lines = new LineCounter();

  constructor(path: string) {
    const fromHere = relative(process.cwd(), path);
    this.name = fromHere.startsWith("..") ? path : fromHere;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    this.document = parseDocument(text, { lineCounter: this.lines });
    const [error] = this.document.errors;
    if (error === undefined) return;
    const { line = 1 } = error.linePos?.[0] ?? {};
    const [, key = ""] = /^\s*(.*?):(\s|$)/.exec(text.split("\n")[line - 1] ?? "") ?? [];
    const isTwice = error.code === "DUPLICATE_KEY";
    const problem = isTwice
      ? `${key} is there twice. Put the values of both below one`
      : error.message.split(" at line")[0];
    throw new Error(`${this.name}, line ${line}: ${problem}.`);
  }

  /** Reads the values by full keys, as the engine passes them to the program. */
  read(): StoredValues {
    const { config } = (this.document.toJS() ?? {}) as { config?: Record<string, unknown> | null };
    const all = Object.entries(config ?? {});
    const clear = all.filter(([, value]) => !hasSecret(value));
    const toText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    return {
      values: Object.fromEntries(clear.map(([key, value]) => [key, toText(value)])),
      encrypted: all.flatMap(([key, value]) => (hasSecret(value) ? [key] : [])),
    };
  }

  find(...path: readonly Step[]): Node | undefined {
    let node: unknown = this.document.contents;
    for (const step of ["config", ...path]) {
      if (isAlias(node)) node = node.resolve(this.document);
      node = isCollection(node) ? node.get(step, true) : undefined;
    }
    return (isAlias(node) ? node.resolve(this.document) : node) as Node | undefined;
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
    const container = path.length > 1 ? this.find(...path.slice(0, -1)) : this.document.getIn(["config"], true);
    const pair = isMap(container)
      ? container.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
      : undefined;
    return (pair?.key as Node | undefined) ?? this.find(...path);
  }
}

/**
 * The files that a stack's configuration is in: its own, and the project's, whose values it adds
 * to.
 */
export class StackFiles {
  readonly own: ConfigFile;
  private readonly project: ConfigFile;

  constructor(own: string, project: string) {
    this.own = new ConfigFile(own);
    this.project = new ConfigFile(project);
  }

  /** Says whether a value is in the stack's own file; the project's has it below `value`. */
  isOwn(key: string): boolean {
    return this.own.find(key) !== undefined;
  }

  /**
   * Says whether `pulumi config` can change the value of a key at one place, and the program reads
   * it from there.
   */
  canChange(key: string): boolean {
    const node = this.own.find(key);
    return node !== undefined && !hasSecret(node.toJS(this.own.document)) && this.findProjectKey(key) === undefined;
  }

  placeOf(key: string, steps: readonly Step[]): FilePlace | undefined {
    const inProject = this.findProjectKey(key) ?? key;
    return this.own.placeOf(key, ...steps) ?? this.project.placeOf(inProject, ...steps);
  }

  /** The text of a key that has one; absent for other values. */
  textOf(key: string): string | undefined {
    const node = this.own.find(key) ?? this.findInProject(this.findProjectKey(key));
    return isScalar(node) && typeof node.value === "string" ? node.value : undefined;
  }

  /** A value as it is written without quotes, from which YAML made another type. */
  sourceOf(key: string, steps: readonly Step[]): string | undefined {
    const node = this.own.find(key, ...steps) ?? this.findInProject(this.findProjectKey(key), ...steps);
    return isScalar(node) && node.type === "PLAIN" ? node.source : undefined;
  }

  /** Keys of the project's file may be without the project's name. */
  private findProjectKey(key: string): string | undefined {
    return [key, key.slice(key.indexOf(":") + 1)].find((each) => this.project.find(each) !== undefined);
  }

  /** A value in the project's file is the key's, or below `value`. */
  private findInProject(key: string | undefined, ...steps: readonly Step[]): Node | undefined {
    if (key === undefined) return undefined;
    return this.project.find(key, "value", ...steps) ?? this.project.find(key, ...steps);
  }
}

/**
 * Recognises a value with an encrypted part, which a command in clear would replace. The Pulumi CLI
 * writes each as an object with this one member.
 */
function hasSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const parts = Object.entries(value);
  const [[name, text] = []] = parts;
  return (
    (parts.length === 1 && name === "secure" && typeof text === "string") || parts.some(([, part]) => hasSecret(part))
  );
}

/** Opens the files of a stack as the Pulumi CLI finds them below the project's folder. */
export function openStackFiles(root: string, stack: string): StackFiles {
  const project = join(root, "Pulumi.yaml");
  const folder: unknown = new ConfigFile(project).document.get("stackConfigDir");
  return new StackFiles(join(root, typeof folder === "string" ? folder : "", `Pulumi.${stack}.yaml`), project);
}
