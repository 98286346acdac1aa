import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";

/** The account's folder below the temporary folder, and the processes that run what is in it. */
export interface Workspace {
  /** Made when it is first asked for. */
  directory(): string;
  /** The runtime of functions as one file that Node.js runs. */
  runtimeFile(): string;
  /** A process, leader of a group, that must not outlive the account. */
  started(pid: number): void;
  ended(pid: number): void;
  /** Removes the folder. */
  close(): Promise<void>;
}

/**
 * Reads "add PID" and "remove PID" until the account ends in whatever way, also by SIGKILL; then ends the groups of the
 * processes that are left and removes the folder. A shell needs a megabyte for this, another Node.js would need fifty.
 */
const cleaner = `
pids=
while read -r verb pid; do
  case $verb in
    add) pids="$pids $pid" ;;
    remove) rest=; for one in $pids; do [ "$one" = "$pid" ] || rest="$rest $one"; done; pids=$rest ;;
  esac
done
for one in $pids; do kill -9 "-$one"; done
rm -rf "$1"
`;

/** Host and process of the owner are part of the name: a temporary folder may be shared between containers. */
const prefix = `local-account-lambda-${hostname().replaceAll(/[^A-Za-z0-9]/g, "")}-`;
const mine = new Set<string>();

export function createWorkspace(): Workspace {
  let open: { directory: string; cleaner: ReturnType<typeof startCleaner>; runtimeFile?: string } | undefined;
  let closed = false;

  const ensure = () => {
    if (open) return open;
    if (closed) throw new Error("Lambda: the account is closed, and the folder of its functions is removed.");
    removeAbandoned();
    const directory = realpathSync(mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`)));
    mine.add(path.basename(directory));
    open = { directory, cleaner: startCleaner(directory) };
    // Where there is no shell, at least an orderly end removes the folder.
    process.once("exit", remove);
    return open;
  };
  const remove = () => {
    if (!open) return;
    rmSync(open.directory, { recursive: true, force: true });
    mine.delete(path.basename(open.directory));
    process.off("exit", remove);
    open = undefined;
  };

  return {
    directory: () => ensure().directory,
    runtimeFile() {
      const state = ensure();
      state.runtimeFile ??= bundleRuntime(state.directory);
      return state.runtimeFile;
    },
    started: (pid) => open?.cleaner?.stdin.write(`add ${pid}\n`),
    ended: (pid) => open?.cleaner?.stdin.write(`remove ${pid}\n`),
    async close() {
      closed = true;
      const ending = open?.cleaner;
      remove();
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      ending.stdin.end();
      ending.ref();
      await once(ending, "exit");
    },
  };
}

/** A process in its own session, so that Ctrl-C in the terminal does not reach it. Undefined on Windows. */
function startCleaner(directory: string) {
  if (process.platform === "win32") return undefined;
  const child = spawn("/bin/sh", ["-c", cleaner, "sh", directory], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    detached: true,
  });
  // A cleaner that somebody ended is no failure of the account: the next start removes the folder.
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  if ("unref" in child.stdin) (child.stdin as import("node:net").Socket).unref();
  return child;
}

/** Bundled once in an account, so that no environment has to strip types or to resolve modules at its start. */
function bundleRuntime(directory: string): string {
  const folder = path.join(directory, "runtime");
  const file = path.join(folder, "main.cjs");
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, "runtime", "main.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
  });
  mkdirSync(folder);
  writeFileSync(file, outputFiles[0]?.contents ?? "", { mode: 0o444 });
  return file;
}

/** Removes what accounts left behind that ended together with their cleaner. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || mine.has(name)) continue;
    const owner = Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1]);
    if (!Number.isInteger(owner) || (owner !== process.pid && runs(owner))) continue;
    try {
      rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
