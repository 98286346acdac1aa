import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach } from "vitest";

const makeFolder = () => mkdtempSync(join(tmpdir(), "recommender-test-"));

/** Creates a folder that is deleted after the tests of a file. */
export function createFolder(): string {
  const folder = makeFolder();
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

/**
 * Makes an empty folder before each test, and removes it afterwards. Returns a function that gives
 * a path in it.
 */
export function useFolder(): (...names: string[]) => string {
  let folder = "";
  beforeEach(() => {
    folder = makeFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return (...names) => join(folder, ...names);
}
