import { createLogUpdate } from "log-update";
import type { Host, Signals } from "../account/endpoint/service";
import { reportTrainings } from "../account/training-progress";
import type { DeployMessage } from "../pulumi/deploy-program";
import { drawRows, type Row, secondsOf } from "./checklist";

/** Where progress is written: `process.stdout`, or a test's terminal. */
export type Terminal = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Progress {
  report(message: DeployMessage): void;
  /** Ends the checklist, whose last state stays on the screen. `failed`: what was running has failed. */
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

/** Whether lines can be overwritten and coloured. */
export const isLive = ({ isTTY }: Terminal): boolean =>
  isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";

/**
 * Shows the progress of a deployment: on a terminal as a checklist with running times, elsewhere, and with NO_COLOR, as
 * one plain line for each of its rows.
 */
export function showProgress(terminal: Terminal, host: Pick<Host, "on">, now = () => performance.now()): Progress {
  const rows = createRows(now);
  return isLive(terminal) ? showChecklist(terminal, host, rows, now) : printRows(terminal, host, rows, now);
}

function showChecklist(terminal: Terminal, host: Pick<Host, "on">, rows: Rows, now: () => number): Progress {
  const update = createLogUpdate(terminal);
  const draw = () => update(drawRows(rows.all(), now(), terminal.columns ?? 80).join("\n"));
  const stop = host.on("training", (training) => {
    rows.train(training);
    draw();
  });
  draw();
  const frames = setInterval(draw, frameLength);
  return {
    report(message) {
      rows.report(message);
      draw();
    },
    end(failed = false) {
      clearInterval(frames);
      stop();
      rows.end(failed);
      draw();
      update.done();
    },
  };
}

function printRows(terminal: Terminal, host: Pick<Host, "on">, rows: Rows, now: () => number): Progress {
  const print = (line: string) => terminal.write(`${line}\n`);
  const printed = new Set<Row>();
  const printEnded = () => {
    for (const row of rows.all()) {
      if (row.ended === undefined || printed.has(row)) continue;
      printed.add(row);
      const { label, detail, state } = row;
      const outcome = state === "failed" ? "failed after " : "";
      print(`  ${label}: ${outcome}${secondsOf(row, now())}${detail ? `, ${detail}` : ""}`);
    }
  };
  const stop = reportTrainings(host, print, now);
  return {
    report(message) {
      rows.report(message);
      printEnded();
    },
    end(failed = false) {
      stop();
      rows.end(failed);
      printEnded();
    },
  };
}

type Rows = ReturnType<typeof createRows>;

/** Turns the messages of a deployment into rows. The first row has every resource that has no separate row. */
function createRows(now: () => number) {
  const resources: Row = { label: "create resources", state: "running", started: now(), detail: "loading the program" };
  /** By type and name. */
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
        else resources.detail = `${++created} created`;
      }
    },
    train({ solutionVersionArn, done, what }: Signals["training"]): void {
      const row = [...slow.values()].find(
        ({ label, subject }) => label.startsWith("train ") && solutionVersionArn.includes(`-${subject}-`),
      );
      if (row?.state === "running") row.detail = `${Math.floor(100 * done)} %, ${what}`;
    },
    end(failed: boolean): void {
      for (const row of this.all()) if (row.state === "running") finish(row, failed ? "failed" : "done");
    },
  };
}

const keyOf = ({ type, name }: { type: string; name: string }) => `${type}::${name}`;

/** The row of a slow resource: `recommender-cats-first-version` of the type `…:SolutionVersion` is `train cats`. */
function createSlowRow({ type, name }: { type: string; name: string }, started: number) {
  const work = slowKinds[type.split(":").at(-1) ?? ""];
  if (work === undefined) return undefined;
  const subject = name.replace(/^recommender-/, "").replace(/-(import|first-version|campaign)$/, "");
  return { label: `${work} ${subject}`, subject, state: "running" as const, started };
}
