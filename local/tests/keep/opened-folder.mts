import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { captureState } from "../../account/keep/capture.ts";
import type { Disk } from "../../account/keep/disk.ts";
import { StateFolder } from "../../account/keep/state-folder.ts";
import type { ProcessIdentity } from "../../account/keep/this-process.ts";

export const header = { id: "an-id", saved: "2026-03-01T00:00:00.000Z" };
export const since = "2026-03-01T00:00:00.000Z";
export const clock = { now: Date.UTC(2026, 2, 1), speed: 1 };

/** A folder as an account has it, until the end of `use`. */
export async function inFolder<T>(
  path: string,
  use: (opened: OpenedFolder) => Promise<T> | T,
  how?: { readonly disk?: Disk; readonly me?: ProcessIdentity },
): Promise<T> {
  const folder = await StateFolder.open(path, since, how);
  try {
    return await use(open(folder));
  } finally {
    await folder.release();
  }
}

export interface OpenedFolder {
  readonly folder: StateFolder;
  /** Saves a state with one part. */
  save(value: unknown): Promise<number>;
  saveParts(parts: Readonly<Record<string, unknown>>): Promise<number>;
  /** The part of the last state. */
  read(): Promise<unknown>;
}

function open(folder: StateFolder): OpenedFolder {
  const saveParts = (parts: Readonly<Record<string, unknown>>) =>
    folder.write(captureState(Object.entries(parts), folder.files), header, clock);
  return {
    folder,
    saveParts,
    save: (value) => saveParts({ value }),
    read: async () => (await folder.read())?.parts.get("value"),
  };
}

/** The newest state of a folder, to be changed as somebody would who can compute its hash. */
export function openedFile(folder: string): { readonly part: string; write(change: (text: string) => string): void } {
  const path = join(folder, "state");
  const [first = "", second = ""] = readFileSync(path, "utf8").split("\n");
  const { parts } = JSON.parse(second) as { parts: { name: string; file: string }[] };
  return {
    part: parts[0]?.file ?? "",
    write(change) {
      const text = change(`${first}\n${second}\n`);
      writeFileSync(path, `${text}${createHash("sha256").update(text).digest("hex")}\n`);
    },
  };
}
