// Loaded before the tests: what a test starts ends with its worker, also when that is killed.
// Otherwise a command or an engine of a run that a user stops continues alone. Processes in a
// separate group (local/account/processes/group.ts) have their end from the code that starts them.
const { ChildProcess, spawn } = require("node:child_process");

/**
 * Reads lines until this process has ended. Then it asks the processes that are left to end, and
 * ends them and all that they started two seconds later: the engine's plugins have separate groups,
 * and only their parents lead to them.
 */
const script = `
pids=
while read -r verb pid; do
  rest=
  for each in $pids; do [ "$each" = "$pid" ] || rest="$rest $each"; done
  pids=$rest
  [ "$verb" = add ] && pids="$pids $pid"
done
[ -z "$pids" ] && exit
all=$(ps -A -o pid=,ppid= | awk -v roots="$pids" '
  BEGIN { n = split(roots, each); for (i = 1; i <= n; i++) wanted[each[i]] = 1 }
  { parent[$1] = $2 }
  END {
    do { more = 0; for (pid in parent) if (!(pid in wanted) && parent[pid] in wanted) more = wanted[pid] = 1 } while (more)
    for (pid in wanted) print pid
  }')
kill $pids
sleep 2
kill -9 $all
`;

const start = ChildProcess.prototype.spawn;
let watcher;

ChildProcess.prototype.spawn = function (options) {
  const result = start.call(this, options);
  if (this.pid === undefined || options.detached || process.platform === "win32") return result;
  const { pid } = this;
  watcher ??= startWatcher();
  watcher.write(`add ${pid}\n`);
  this.once("exit", () => watcher.write(`remove ${pid}\n`));
  return result;
};

/**
 * Starts it in its own session, so that neither Ctrl-C nor a signal to the tests' group ends it.
 */
function startWatcher() {
  const stdio = ["pipe", "ignore", "ignore"];
  const child = spawn("/bin/sh", ["-c", script], { cwd: "/", env: { PATH: "/usr/bin:/bin" }, detached: true, stdio });
  child.unref();
  child.stdin.unref();
  child.stdin.on("error", () => {});
  return child.stdin;
}
