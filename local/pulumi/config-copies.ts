import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Document, parseDocument, type YAMLMap } from "yaml";

/**
 * A stack has one configuration file, `Pulumi.<stack>.yaml` at the project's root, on AWS and here. The CLI adds the salt
 * of its passphrase to the file that it works with, and `stack rm` deletes it: so it works with a copy, which is made
 * before each command, and what the command changed is written back after it.
 */
export interface ConfigCopies {
  /** Writes what `pulumi config set`, `rm` … changed into the root's files. */
  writeBack(): void;
}

/** Long filters stay on one line. */
const wholeLines = { lineWidth: 0 };
const header =
  " Made before each `recommender pulumi` from the file of this name at the project's root. Change that one.";
/** How a file's secrets are encrypted: another way for each backend. */
const encryption = ["encryptionsalt", "secretsprovider", "encryptedkey"] as const;

export function copyConfigs(root: string, copies: string): ConfigCopies {
  mkdirSync(copies, { recursive: true });
  const before = new Map<string, string>();
  for (const file of stackFiles(root)) {
    const copy = copyOf(readYaml(join(root, file)), readYaml(join(copies, file)));
    writeFileSync(join(copies, file), copy.toString(wholeLines));
    before.set(file, plainConfig(copy));
  }
  return {
    writeBack() {
      for (const file of stackFiles(copies)) {
        const copy = readYaml(join(copies, file));
        const config = plainConfig(copy);
        if (config === (before.get(file) ?? "{}")) continue;
        const path = join(root, file);
        writeFileSync(path, withConfig(readYaml(path), copy).toString(wholeLines));
      }
    },
  };
}

const stackFiles = (folder: string) => readdirSync(folder).filter((file) => /^Pulumi\..+\.yaml$/.test(file));

function readYaml(path: string): Document {
  return existsSync(path) ? parseDocument(readFileSync(path, "utf8")) : new Document({});
}

/** The root's values that need no decryption, with the salt and the secrets that the copy had before. */
function copyOf(source: Document, old: Document): Document {
  const copy = source.clone();
  copy.commentBefore = header;
  for (const key of encryption) copy.delete(key);
  const salt = old.get("encryptionsalt");
  if (salt !== undefined) copy.set("encryptionsalt", salt);
  for (const key of secretKeys(source)) copy.deleteIn(["config", key]);
  for (const key of secretKeys(old)) copy.setIn(["config", key], old.getIn(["config", key], true));
  return copy;
}

/** The root's file with the copy's values, but its own secrets. */
function withConfig(source: Document, copy: Document): Document {
  const config = (copy.get("config") as YAMLMap | undefined)?.clone() as YAMLMap | undefined;
  for (const key of secretKeys(copy)) config?.delete(key);
  const result = source.clone();
  const own = secretKeys(source).map((key) => [key, source.getIn(["config", key], true)] as const);
  result.set("config", config ?? {});
  for (const [key, value] of own) result.setIn(["config", key], value);
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

/** The values that are not secrets, as text to compare. */
function plainConfig(document: Document): string {
  return JSON.stringify(Object.fromEntries(Object.entries(valuesOf(document)).filter(([, value]) => !isSecret(value))));
}
