import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { basename, join, relative, sep } from "node:path";

/**
 * Real milliseconds without another change before a deployment starts: an editor or git writes
 * several files.
 */
const quiet = 200;

export interface ProgramWatch {
  /** Stops watching, and waits for a deployment that runs. */
  close(): Promise<void>;
}

/**
 * Calls `deploy` with the changed files after each saved change of the files and in the folders,
 * one deployment at a time. Changes during a deployment start the next one.
 */
export function watchProgram(
  root: string,
  { folders, files = [] }: { readonly folders: readonly string[]; readonly files?: readonly string[] },
  deploy: (changed: readonly string[]) => Promise<void>,
): ProgramWatch {
  const changed = new Set<string>();
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const run = () => {
    if (running || changed.size === 0) return;
    const saved = [...changed].sort();
    changed.clear();
    running = deploy(saved).finally(() => {
      running = undefined;
      run();
    });
  };
  const onFile = (file: string) => {
    // Editors write temporary files next to the saved one.
    if (!/^[^.].*\.(ts|js|json|csv|yaml)$/.test(basename(file))) return;
    changed.add(relative(root, file));
    clearTimeout(timer);
    timer = setTimeout(run, quiet);
  };
  const watchers = watchFolders(
    folders.map((folder) => join(root, folder)),
    onFile,
  );
  // A watcher of a file ends when an editor replaces it.
  const ofFiles = watch(root, (_event, name) => name !== null && files.includes(name) && onFile(join(root, name)));
  return {
    async close() {
      clearTimeout(timer);
      changed.clear();
      watchers.close();
      ofFiles.close();
      await running;
    },
  };
}

/**
 * Calls `onFile` for each change in the folders and those inside. Each folder has a watcher: on
 * Linux, a recursive watcher of Node.js 24 loses a file that is replaced by another one, as git and
 * some editors save.
 */
function watchFolders(folders: readonly string[], onFile: (file: string) => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  const remove = (folder: string) => {
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      watchers.delete(path);
    }
  };
  const changed = (path: string) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) for (const file of add(path)) onFile(file);
    else remove(path);
    onFile(path);
  };
  /** Watches a folder and those inside, and returns their files. */
  const add = (folder: string): string[] => {
    if (watchers.has(folder)) return [];
    const watcher = watch(folder, (_event, name) => name !== null && changed(join(folder, name)));
    watchers.set(
      folder,
      watcher.on("error", () => remove(folder)),
    );
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? add(path) : [path];
    });
  };
  for (const folder of folders) add(folder);
  return {
    close() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
