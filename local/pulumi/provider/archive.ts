import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { dictionary } from "../../account/aws/record";
import { archiveSignature, signatureKey } from "./values";

/** The files of a zip by their paths. */
type Entries = Record<string, Uint8Array>;

/**
 * An asset or archive. Instances of the SDK's classes and the engine's wire objects both have these
 * fields.
 */
interface Packed {
  readonly [signatureKey]?: string;
  readonly __pulumiAsset?: boolean;
  readonly __pulumiArchive?: boolean;
  readonly text?: string | Promise<string>;
  readonly path?: string | Promise<string>;
  readonly uri?: string;
  readonly assets?: Record<string, unknown> | Promise<Record<string, unknown>>;
  readonly hash?: string;
}

const isArchive = (packed: Packed) => packed.__pulumiArchive === true || packed[signatureKey] === archiveSignature;

/** The bytes of a text or file asset. */
export async function bytesOf(asset: unknown): Promise<Uint8Array> {
  const packed = asset as Packed;
  const text = await packed.text;
  if (text !== undefined) return Buffer.from(text, "utf8");
  const path = await packed.path;
  if (path !== undefined && path !== "") return readFile(path);
  throw new Error(
    `The local provider supports assets with text or a local path only${packed.uri ? `, not ${packed.uri}` : ""}.`,
  );
}

/** The zip of an archive. Its times are fixed, so that equal contents give equal bytes. */
export async function zipOf(archive: unknown): Promise<Uint8Array> {
  const entries: Entries = dictionary();
  await collect("", archive as Packed, entries);
  // The earliest time that a zip can contain.
  return zipSync(entries, { mtime: new Date(1980, 0, 1) });
}

async function collect(name: string, packed: Packed, entries: Entries): Promise<void> {
  const assets = await packed.assets;
  if (assets) {
    for (const [key, inner] of Object.entries(assets).sort(([a], [b]) => (a < b ? -1 : 1))) {
      await collect(name ? `${name}/${key}` : key, (await inner) as Packed, entries);
    }
  } else if (isArchive(packed)) {
    await collectPath(name, (await packed.path) ?? "", entries);
  } else {
    entries[name] = await bytesOf(packed);
  }
}

/**
 * A file archive must be a folder; the program does not use the engine's archives from tar and zip
 * files.
 */
async function collectPath(name: string, path: string, entries: Entries): Promise<void> {
  if (!(await stat(path)).isDirectory()) {
    if (name === "") {
      throw new Error(`The archive ${path} is a file. Give a folder: the local provider supports no other archives.`);
    }
    entries[name] = await readFile(path);
    return;
  }
  for (const child of (await readdir(path)).sort()) {
    await collectPath(name ? `${name}/${child}` : child, join(path, child), entries);
  }
}
