import type { Host } from "../account/host/service";

/** The work that takes real time: importing, training and what writes whole data sets. */
const long: readonly string[] = [
  "import",
  "export",
  "training",
  "training of a recommender",
  "batch inference",
  "data deletion",
];

/**
 * Prints a line when a long job of Personalize begins, and one when it ends. Returns a function
 * that ends this.
 */
export function reportWork(
  host: Pick<Host, "on">,
  print: (line: string) => void,
  now = () => performance.now(),
): () => void {
  const started = new Map<string, number>();
  return host.on("work", ({ id, takes, label, status, failureReason, ended }) => {
    if (!long.includes(takes)) return;
    if (!ended) {
      started.set(id, now());
      print(`${label} begins`);
      return;
    }
    const seconds = ((now() - (started.get(id) ?? now())) / 1000).toFixed(1);
    started.delete(id);
    print(`${label} is ${status} after ${seconds} s${failureReason ? `: ${failureReason}` : ""}`);
  });
}
