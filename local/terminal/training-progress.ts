import type { Host } from "../account/host/service";

/** Real milliseconds between two lines about one training. */
const pause = 5_000;

/**
 * Prints the progress of trainings that take longer than one pause. Returns a function that ends
 * this.
 */
export function reportTrainings(
  host: Pick<Host, "on">,
  write: (line: string) => void,
  now = () => performance.now(),
): () => void {
  const lastReports = new Map<string, number>();
  return host.on("training", ({ solutionVersionArn, done, what }) => {
    const last = lastReports.get(solutionVersionArn) ?? now();
    const due = now() - last >= pause;
    if (due) write(`  training of ${versionIn(solutionVersionArn)}: ${what}`);
    if (done < 1) lastReports.set(solutionVersionArn, due ? now() : last);
    else lastReports.delete(solutionVersionArn);
  });
}

/** `arn:…:solution/cats/1a2b3c4d` → `cats/1a2b3c4d` */
const versionIn = (arn: string) => arn.split("/").slice(1).join("/");
