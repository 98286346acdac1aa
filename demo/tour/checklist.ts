import { styleText } from "node:util";
import { escapeForTerminal } from "../../cli/terminal/print";
import { cut } from "../../names/printable";

/** One line of a checklist. */
export interface Row {
  readonly label: string;
  state: "running" | "done" | "failed";
  /** Real milliseconds. */
  readonly started: number;
  ended?: number;
  /** The present work, or the result. */
  detail?: string;
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameLength = 100;
const labelWidth = 26;

/**
 * The lines of a checklist at a moment, for a terminal with colours; none is longer than `width`.
 */
export function drawRows(rows: readonly Row[], now: number, width: number): string[] {
  return rows.map((row) => {
    const label = row.label.padEnd(labelWidth);
    const seconds = secondsOf(row, now).padStart(8);
    const text = escapeForTerminal(`${label} ${seconds}${row.detail ? `  ${row.detail}` : ""}`);
    const plain = cut(`  ${signOf(row, now)} ${text}`, width);
    // Coloured after the cut, so that no escape sequence is cut. The sign is the third character.
    const sign = styleText(colours[row.state], plain.slice(2, 3), { validateStream: false });
    return `${plain.slice(0, 2)}${sign}${plain.slice(3)}`;
  });
}

export const secondsOf = ({ started, ended }: Row, now: number): string =>
  `${(((ended ?? now) - started) / 1000).toFixed(1)} s`;

const colours = { running: "cyan", done: "green", failed: "red" } as const;

function signOf({ state, started }: Row, now: number): string {
  if (state !== "running") return state === "done" ? "✔" : "✖";
  return spinner[Math.floor((now - started) / frameLength) % spinner.length] ?? "";
}
