import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * Reads lines until this process ends, even by SIGKILL. Then it ends the remaining process groups, on Linux also what has
 * left them (see family.ts) and names one of the folders in its environment, and removes the folders. A shell needs one
 * megabyte for this; another Node.js process would need fifty.
 */
const script = `
pids=
folders=
family=
list_family() {
  for children in /proc/$1/task/*/children; do
    read -r listed 2>/dev/null <"$children"
    for child in $listed; do family="$family $child"; list_family "$child"; done
    listed=
  done
}
while read -r verb what; do
  case $verb in
    add) pids="$pids $what" ;;
    remove) rest=; for pid in $pids; do [ "$pid" = "$what" ] || rest="$rest $pid"; done; pids=$rest ;;
    folder) folders="$folders
$what" ;;
  esac
done
for pid in $pids; do list_family "$pid"; done
for pid in $pids; do kill -9 "-$pid"; done
for pid in $family; do kill -9 "$pid"; done
IFS='
'
set -f
for folder in $folders; do
  [ -d "$folder" ] || continue
  set +f
  for round in 1 2 3 4 5; do
    found=$(grep -lsaF -- "$folder" /proc/[0-9]*/environ)
    [ -n "$found" ] || break
    for file in $found; do pid=\${file#/proc/}; kill -9 "\${pid%/environ}"; done
  done
  set -f
  rm -rf "$folder"
done
`;

let cleaner: Socket | undefined;

/** Ends a process's group when this process ends; returns a function that cancels it. */
export function endWithThisProcess(pid: number): () => void {
  send(`add ${pid}`);
  return () => send(`remove ${pid}`);
}

/**
 * Cleans up when this process ends: ends the processes with this folder in their environment (on Linux), and removes the
 * folder. On Windows only the folder's owner removes it.
 */
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
