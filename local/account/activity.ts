import type { Account } from "./account";
import { reportRequests } from "./request-lines";
import { printCut, terminalWidth } from "./terminal-lines";
import { reportTrainings } from "./training-progress";
import { reportWork } from "./work-lines";

/** Prints what a serving account does: long work, and unless `quiet` is set each request of a client. */
export function reportActivity({ host, log }: Account, quiet: boolean): void {
  reportWork(host, printCut);
  reportTrainings(host, printCut);
  if (!quiet) reportRequests(log, printCut, terminalWidth);
}
