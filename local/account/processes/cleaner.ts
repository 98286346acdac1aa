import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * Reads lines until this process ends, even by SIGKILL. Then it ends the remaining process groups,
 * and removes the folders. A shell needs one megabyte for this; another Node.js process would need
 * fifty.
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
IFS='
'
set -f
for folder in $folders; do rm -rf "$folder"; done
`;

let cleaner: Socket | undefined;

/** Ends a process's group when this process ends; returns a function that cancels it. */
export function endWithThisProcess(pid: number): () => void {
  send(`add ${pid}`);
  return () => send(`remove ${pid}`);
}

/** Removes a folder when this process ends. On Windows only the folder's owner removes it. */
export function removeWithThisProcess(folder: string): void {
  send(`folder ${folder}`);
}

function send(line: string): void {
  if (process.platform === "win32") return;
  cleaner ??= start();
  cleaner.write(`${line}\n`);
}

/** Starts the shell in its own session, so that it does not receive Ctrl-C from the terminal. */
function start(): Socket {
  const child = spawn("/bin/sh", ["-c", script], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    detached: true,
  });
  const input = child.stdin as Socket;
  // After the cleaner has ended, the next line starts another one, without the earlier lines.
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
