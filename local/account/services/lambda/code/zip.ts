import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { Fault } from "../../../aws/fault";

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** An entry of the central directory, its data found by the local header. */
interface Entry {
  readonly name: string;
  readonly stored: boolean;
  readonly crc: number;
  readonly data: Uint8Array;
  readonly size: number;
}

/** Developer guide, "Lambda quotas": a deployment package unzipped, layers included: 250 MB. */
const maxUnpackedBytes = 262_144_000;

const signatures = { end: 0x06054b50, entry: 0x02014b50, local: 0x04034b50 } as const;
const lengths = { end: 22, entry: 46, local: 30, comment: 0xffff } as const;

const inflate = promisify(inflateRaw);

/**
 * The files of a zip, one after the other. What the directory says is checked before anything is unpacked: the sum of the
 * sizes, and that no two entries share their data (a zip of a kilobyte could hold the same gigabyte a thousand times).
 * What is unpacked is held to what the directory said. Throws InvalidParameterValueException.
 */
export async function* readZip(zip: Uint8Array): AsyncGenerator<ZipFile> {
  const entries = readDirectory(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength));
  if (entries.reduce((sum, { size }) => sum + size, 0) > maxUnpackedBytes) {
    throw invalid(`Unzipped size must be smaller than ${maxUnpackedBytes} bytes`);
  }
  refuseOverlap(entries);
  for (const entry of entries) {
    const content = await unpack(entry);
    if (!entry.name.endsWith("/")) yield { name: entry.name, content };
  }
}

async function unpack({ stored, data, size, crc }: Entry): Promise<Uint8Array> {
  let content: Uint8Array;
  try {
    content = stored ? data : await inflate(data, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw invalidZip();
  }
  if (content.length !== size || crc32(content) !== crc) throw invalidZip();
  return content;
}

function readDirectory(zip: Buffer): Entry[] {
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + lengths.entry > end || zip.readUInt32LE(at) !== signatures.entry) throw invalidZip();
    const nameEnd = at + lengths.entry + zip.readUInt16LE(at + 28);
    const next = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (next > end) throw invalidZip();
    entries.push(readEntry(zip, at, zip.toString("utf8", at + lengths.entry, nameEnd)));
    at = next;
  }
  return entries;
}

function readEntry(zip: Buffer, at: number, name: string): Entry {
  const flags = zip.readUInt16LE(at + 8);
  const method = zip.readUInt16LE(at + 10);
  const packedSize = zip.readUInt32LE(at + 20);
  const local = zip.readUInt32LE(at + 42);
  const encrypted = (flags & 1) !== 0;
  if (encrypted || (method !== 0 && method !== 8) || !isFileName(name)) throw invalidZip();
  if (local + lengths.local > zip.length || zip.readUInt32LE(local) !== signatures.local) throw invalidZip();
  const start = local + lengths.local + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  if (start + packedSize > zip.length) throw invalidZip();
  return {
    name,
    stored: method === 0,
    crc: zip.readUInt32LE(at + 16),
    data: zip.subarray(start, start + packedSize),
    size: zip.readUInt32LE(at + 24),
  };
}

/** A relative path that no system takes for anything else; the files' place is checked where they are written. */
const isFileName = (name: string) =>
  name !== "" && name.length <= 4096 && !name.includes("\0") && !name.startsWith("/");

/** The end record, behind which there is only a comment. */
function findEnd(zip: Buffer): number {
  const first = Math.max(0, zip.length - lengths.end - lengths.comment);
  for (let at = zip.length - lengths.end; at >= first; at--) {
    if (zip.readUInt32LE(at) === signatures.end && at + lengths.end + zip.readUInt16LE(at + 20) === zip.length)
      return at;
  }
  throw invalidZip();
}

function refuseOverlap(entries: readonly Entry[]): void {
  const filled = entries.map(({ data }) => data).filter(({ length }) => length > 0);
  filled.sort((a, b) => a.byteOffset - b.byteOffset);
  for (const [i, data] of filled.entries()) {
    const next = filled[i + 1];
    if (next && data.byteOffset + data.length > next.byteOffset) throw invalidZip();
  }
}

const invalid = (message: string) =>
  new Fault("InvalidParameterValueException", message, { members: { Type: "User" } });

export const invalidZip = () =>
  invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
