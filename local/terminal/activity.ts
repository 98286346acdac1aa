import type { RequestLog } from "../account/host/request-log";
import type { Host } from "../account/host/service";
import { reportFunctions } from "./function-lines";
import { groupFailures } from "./repeated-lines";
import { reportRequests } from "./request-lines";
import { cut, terminalWidth, toVisible } from "./terminal-lines";
import { reportTrainings } from "./training-progress";
import { reportWork } from "./work-lines";

/** Colours texts, where the output is a terminal that wants them. */
export interface Paint {
  muted(text: string): string;
  bad(text: string): string;
}

const plain: Paint = { muted: (text) => text, bad: (text) => text };

/** The parts of an account that tell what it does. */
interface Reporting {
  readonly host: Host;
  readonly log: RequestLog;
}

interface ActivityOptions {
  /** Prints only long jobs and the errors of functions. */
  readonly quiet: boolean;
  /** Also prints requests that read and succeed. */
  readonly reads: boolean;
  /** @default none */
  readonly paint?: Paint;
}

/** `09:30:00 UTC`, and two spaces. */
const timeWidth = 14;

/**
 * Prints what a serving account does, each line with the time of its clock, and the date where that
 * changes.
 */
export function reportActivity({ host, log }: Reporting, { quiet, reads, paint = plain }: ActivityOptions): void {
  let shownDate = "";
  const print = groupFailures((text, failed = false) => {
    const [date = "", clock = ""] = new Date(host.clock.now()).toISOString().split("T");
    if (date !== shownDate) console.log(paint.muted(date));
    shownDate = date;
    const line = cut(toVisible(text), terminalWidth() - timeWidth);
    console.log(`${paint.muted(`${clock.slice(0, 8)} UTC`.padEnd(timeWidth))}${failed ? paint.bad(line) : line}`);
  });
  reportWork(host, print);
  reportTrainings(host, print);
  reportFunctions(host, print, quiet);
  if (!quiet) reportRequests(log, print, { reads, width: () => terminalWidth() - timeWidth });
}
