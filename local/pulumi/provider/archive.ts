import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
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

/**
 * The zip of an archive. A zip file is passed on as it is; of others the times are fixed, so that
 * equal contents give equal bytes.
 */
export async function zipOf(archive: unknown): Promise<Uint8Array> {
  const packed = archive as Packed;
  const path = isArchive(packed) ? await packed.path : undefined;
  if (path && !(await isFolder(path))) return readZip(path);
  const entries: Entries = dictionary();
  await collect("", packed, entries);
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

/** As the engine does, takes a folder's files, or those of a zip, into the archive around them. */
async function collectPath(name: string, path: string, entries: Entries): Promise<void> {
  const inner = (child: string) => (name ? `${name}/${child}` : child);
  if (!(await isFolder(path))) {
    for (const [child, bytes] of Object.entries(unzipSync(await readZip(path)))) {
      if (!child.endsWith("/")) entries[inner(child)] = bytes;
    }
    return;
  }
  for (const child of (await readdir(path)).sort()) {
    const at = join(path, child);
    if (await isFolder(at)) await collectPath(inner(child), at, entries);
    else entries[inner(child)] = await readFile(at);
  }
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path)).isDirectory();

/** The endings by which the engine knows a zip ("Assets & Archives", Pulumi's documentation). */
async function readZip(path: string): Promise<Uint8Array> {
  if (/\.(zip|jar)$/.test(path)) return readFile(path);
  throw new Error(`The archive ${path} is no folder, .zip or .jar. The local provider supports no other archives.`);
}
