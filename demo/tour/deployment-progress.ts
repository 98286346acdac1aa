import { createLogUpdate } from "log-update";
import { escapeForTerminal } from "../../cli/terminal/print";
import type { Host, Signals } from "../../local/account/host/service";
import type { DeployMessage } from "../../local/pulumi/deploy-program";
import { reportTrainings } from "../../local/terminal/training-progress";
import { drawRows, type Row, secondsOf } from "./checklist";

/** The output for progress: `process.stdout`, or a test's terminal. */
export type Terminal = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Progress {
  report(message: DeployMessage): void;
  /**
   * Ends the checklist, whose last state stays on the screen. `failed`: what was running has
   * failed.
   */
  end(failed?: boolean): void;
}

/** Real milliseconds between two frames of the checklist. */
const frameLength = 100;

/** The rows that are not `resources`: what takes minutes in AWS. */
const slowKinds: Readonly<Record<string, string>> = {
  DatasetImportJob: "import",
  SolutionVersion: "train",
  Campaign: "campaign",
};

/**
 * Returns true when lines can be overwritten and coloured. A terminal of 0 columns does not know
 * its size.
 */
const isLive = ({ isTTY, columns }: Terminal): boolean =>
  isTTY === true && columns !== 0 && !process.env.NO_COLOR && process.env.TERM !== "dumb";

/** Shows the rows: `show` after each change. */
interface Display {
  show(): void;
  end(): void;
}

/**
 * Shows the progress of a stack's deployment: on a terminal as a checklist with running times,
 * elsewhere, and with NO_COLOR, as one plain line for each of its rows. The account's console shows
 * the same rows.
 */
export function showProgress(
  terminal: Terminal,
  host: Pick<Host, "on" | "emit">,
  stack: string,
  now = () => performance.now(),
): Progress {
  const rows = createRows(now);
  const display = isLive(terminal) ? showChecklist(terminal, rows, now) : printRows(terminal, host, rows, now);
  const show = (ended = false) => {
    display.show();
    const shown = rows.all().map(({ label, state, detail }) => ({ label, state, ...(detail && { detail }) }));
    host.emit("deployment", { stack, rows: shown, ended });
  };
  const stop = host.on("training", (training) => {
    rows.train(training);
    show();
  });
  show();
  return {
    report(message) {
      rows.report(message);
      show();
    },
    end(failed = false) {
      stop();
      rows.end(failed);
      show(true);
      display.end();
    },
  };
}

function showChecklist(terminal: Terminal, rows: Rows, now: () => number): Display {
  const update = createLogUpdate(terminal, { showCursor: true });
  const show = () => update(drawRows(rows.all(), now(), terminal.columns ?? 80).join("\n"));
  const frames = setInterval(show, frameLength);
  return {
    show,
    end() {
      clearInterval(frames);
      update.done();
    },
  };
}

function printRows(terminal: Terminal, host: Pick<Host, "on">, rows: Rows, now: () => number): Display {
  const print = (line: string) => terminal.write(`${escapeForTerminal(line)}\n`);
  const printed = new Set<Row>();
  return {
    show() {
      for (const row of rows.all()) {
        if (row.ended === undefined || printed.has(row)) continue;
        printed.add(row);
        const { label, detail, state } = row;
        const outcome = state === "failed" ? "failed after " : "";
        print(`  ${label}: ${outcome}${secondsOf(row, now())}${detail ? `, ${detail}` : ""}`);
      }
    },
    end: reportTrainings(host, print, now),
  };
}

type Rows = ReturnType<typeof createRows>;

/**
 * Turns the messages of a deployment into rows. The first row counts all resources; slow ones have
 * their own row.
 */
function createRows(now: () => number) {
  const resources: Row = { label: "create resources", state: "running", started: now(), detail: "loading the program" };
  /** The key is the type and the name. */
  const slow = new Map<string, Row & { readonly subject: string }>();
  let created = 0;
  const finish = (row: Row, state: "done" | "failed") => Object.assign(row, { state, ended: now() });

  return {
    all: (): readonly Row[] => [resources, ...slow.values()],
    report(message: DeployMessage): void {
      if (message.kind === "started") {
        const row = createSlowRow(message, now());
        if (row) slow.set(keyOf(message), row);
      }
      if (message.kind === "resource") {
        const row = slow.get(keyOf(message));
        if (row) finish(row, "done").detail = undefined;
        // With the others, so that it ends with the count that the tour prints.
        resources.detail = `${++created} created`;
      }
    },
    train({ solutionVersionArn, what }: Signals["training"]): void {
      const row = [...slow.values()].find(
        ({ label, subject }) => label.startsWith("train ") && solutionVersionArn.includes(`-${subject}-`),
      );
      if (row?.state === "running") row.detail = what;
    },
    end(failed: boolean): void {
      for (const row of this.all()) if (row.state === "running") finish(row, failed ? "failed" : "done");
    },
  };
}

const keyOf = ({ type, name }: { type: string; name: string }) => `${type}::${name}`;

/**
 * The row of a slow resource: `recommender-cats-first-version` of the type `…:SolutionVersion` is
 * `train cats`.
 */
function createSlowRow({ type, name }: { type: string; name: string }, started: number) {
  const work = slowKinds[type.split(":").at(-1) ?? ""];
  if (work === undefined) return undefined;
  const subject = name.replace(/^recommender-/, "").replace(/-(import|first-version|campaign)$/, "");
  return { label: `${work} ${subject}`, subject, state: "running" as const, started };
}
