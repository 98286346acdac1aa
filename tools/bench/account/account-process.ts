/**
 * The process of `child-account.ts`: gets the clock's speed on the command line;
 * sends its origin and, on request, its memory.
 */
import { startAccount } from "../../../local/account/account";
import { protectPrototypes } from "../../../local/account/host/protect-prototypes";

// The parent process has ended.
process.once("disconnect", () => process.exit(0));

protectPrototypes();
const [, , speed] = process.argv;
startAccount({ speed: Number(speed) }).then((account) => {
  process.on("message", (question) => process.send?.(question === "usage" ? usage() : largest()));
  process.send?.({ origin: account.origin });
});

const mebibytes = (bytes: number) => bytes / 2 ** 20;
const largest = () => ({ memory: process.resourceUsage().maxRSS / 1024 });

/** After garbage collection, where the process was started with `--expose-gc`. */
function usage() {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: mebibytes(rss), heap: mebibytes(heapUsed), buffers: mebibytes(external) };
}
