import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * Reads lines until this process ends in whatever way, also by SIGKILL. Then it ends the groups of the processes that
 * are left and removes the folders. A shell needs a megabyte for this; another Node.js would need fifty.
 */
const script = `
pids=
folders=
while read -r verb what; do
  case $verb in
    add) pids="$pids $what" ;;
    remove) rest=; for pid in $pids; do [ "$pid" = "$what" ] || rest="$rest $pid"; done; pids=$rest ;;
    folder) folders="$folders
$what" ;;
  esac
done
for pid in $pids; do kill -9 "-$pid"; done
set -f
IFS='
'
for folder in $folders; do rm -rf "$folder"; done
`;

let cleaner: Socket | undefined;

/** Makes sure that the group which a process leads does not outlive this process; returns what ends that. */
export function endWithThisProcess(pid: number): () => void {
  tell(`add ${pid}`);
  return () => tell(`remove ${pid}`);
}

/** Makes sure that a folder does not outlive this process. On Windows only its owner removes it. */
export function removeWithThisProcess(folder: string): void {
  tell(`folder ${folder}`);
}

function tell(line: string): void {
  if (process.platform === "win32") return;
  cleaner ??= start();
  cleaner.write(`${line}\n`);
}

/** In its own session, so that Ctrl-C in the terminal does not reach it. */
function start(): Socket {
  const child = spawn("/bin/sh", ["-c", script], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    detached: true,
  });
  const input = child.stdin as Socket;
  // When the cleaner was ended, the next line starts another one; what it knew is lost.
  child.on("error", forget);
  child.on("exit", forget);
  input.on("error", forget);
  child.unref();
  input.unref();
  function forget() {
    if (cleaner === input) cleaner = undefined;
  }
  return input;
}
