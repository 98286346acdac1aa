import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Creates a folder that is deleted after the tests of a file. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "recommender-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates such a folder; `file` writes lines into a file there, and returns its path. */
export function createFiles() {
  const folder = createFolder();
  const file = (name: string, ...lines: string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  };
  return { folder, file };
}
