import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Document, parseDocument, type YAMLMap } from "yaml";

/** Keeps long filters on one line. */
const noLineWidth = { lineWidth: 0 };
const header =
  " Copied from the file of this name at the project's root before each `recommender pulumi`. Change that file.";
/** The keys that say how a file's secrets are encrypted; they differ between backends. */
const encryption = ["encryptionsalt", "secretsprovider", "encryptedkey"] as const;

/**
 * A stack has one configuration file, `Pulumi.<stack>.yaml` at the project's root, for AWS and for the local account. The
 * Pulumi CLI adds the salt of the passphrase to the file that it uses, and `stack rm` deletes the file. So on the local
 * account the CLI uses a copy, which is written before each command; changed values are written back after it. Returns a
 * function that writes the changed values back.
 */
export function copyConfigs(root: string, copies: string): () => void {
  mkdirSync(copies, { recursive: true });
  const before = new Map<string, string>();
  for (const file of new Set([...stackFiles(root), ...stackFiles(copies)])) {
    // The CLI's own file of a new stack, which comes to the root when it has values.
    if (!existsSync(join(root, file)) && !isCopy(join(copies, file))) continue;
    // A copy whose file at the root was deleted keeps its salt and secrets, and loses its values.
    const copy = createCopy(readYaml(join(root, file)), readYaml(join(copies, file)));
    writeFileSync(join(copies, file), copy.toString(noLineWidth));
    before.set(file, plainConfig(copy));
  }
  return () => {
    for (const file of stackFiles(copies)) {
      const copy = readYaml(join(copies, file));
      if (plainConfig(copy) === (before.get(file) ?? "{}")) continue;
      const path = join(root, file);
      writeFileSync(path, mergeCopy(readYaml(path), copy).toString(noLineWidth));
    }
  };
}

const stackFiles = (folder: string) => readdirSync(folder).filter((file) => /^Pulumi\..+\.yaml$/.test(file));

const isCopy = (path: string) => readFileSync(path, "utf8").startsWith(`#${header}`);

function readYaml(path: string): Document {
  return existsSync(path) ? parseDocument(readFileSync(path, "utf8")) : new Document({});
}

/** The root's values without its secrets, and the salt and the secrets of the previous copy. */
function createCopy(source: Document, old: Document): Document {
  const copy = source.clone();
  copy.commentBefore = header;
  for (const key of encryption) copy.delete(key);
  const salt = old.get("encryptionsalt");
  if (salt !== undefined) copy.set("encryptionsalt", salt);
  for (const key of secretKeys(source)) copy.deleteIn(["config", key]);
  for (const key of secretKeys(old)) copy.setIn(["config", key], old.getIn(["config", key], true));
  return copy;
}

/** The root's file with the values of the copy and the secrets of the root's file. */
function mergeCopy(source: Document, copy: Document): Document {
  const config = (copy.get("config") as YAMLMap | undefined)?.clone() as YAMLMap | undefined;
  for (const key of secretKeys(copy)) config?.delete(key);
  const result = source.clone();
  const secrets = secretKeys(source).map((key) => [key, source.getIn(["config", key], true)] as const);
  result.set("config", config ?? {});
  for (const [key, value] of secrets) result.setIn(["config", key], value);
  return result;
}

function valuesOf(document: Document): Record<string, unknown> {
  return ((document.toJS() as { config?: Record<string, unknown> } | null)?.config ?? {}) as Record<string, unknown>;
}

const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("secure" in value || Object.values(value).some(isSecret));

const secretKeys = (document: Document): string[] =>
  Object.entries(valuesOf(document))
    .filter(([, value]) => isSecret(value))
    .map(([key]) => key);

function plainConfig(document: Document): string {
  return JSON.stringify(Object.fromEntries(Object.entries(valuesOf(document)).filter(([, value]) => !isSecret(value))));
}
