import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The part of a terminal, such as `process.stdin`, that is used here. */
export interface Terminal {
  setRawMode(raw: boolean): unknown;
  on(event: "data", listener: (pressed: Buffer) => void): unknown;
  off(event: "data", listener: (pressed: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface KeyOptions {
  /** The action of each key, e.g. `{ o: openConsole }`. */
  readonly keys: Readonly<Record<string, () => void>>;
  /** Called once, for q and Ctrl-C. */
  readonly stop: () => void;
  /** Suspends the processes of the terminal, as Ctrl-Z does. */
  readonly suspend?: () => void;
  /** Returns true while the terminal may be read. */
  readonly mayRead?: () => boolean;
}

/**
 * Reads single keys of a terminal until `close`. They come without Enter in the terminal's raw
 * mode, in which it sends no signals: Ctrl-C and Ctrl-Z are keys here as well. The mode is as it
 * was before anything ends or suspends the process, so that a second Ctrl-C is the terminal's own.
 * Node.js restores it when the process ends in another way.
 */
export function readKeys(
  terminal: Terminal,
  { keys, stop, suspend = suspendGroup, mayRead = isInForeground }: KeyOptions,
): { close(): void } {
  let reads = false;
  const begin = () => {
    // A process in the background is stopped when it reads from its terminal.
    if (reads || !mayRead()) return;
    reads = true;
    terminal.setRawMode(true);
    terminal.resume();
  };
  const end = () => {
    if (!reads) return;
    reads = false;
    terminal.setRawMode(false);
    terminal.pause();
  };
  const close = () => {
    terminal.off("data", press);
    process.off("SIGCONT", begin);
    end();
  };
  const press = (pressed: Buffer) => {
    const text = pressed.toString();
    if (text === "q" || text.includes("\u0003")) {
      close();
      stop();
    } else if (text === "\u001a") {
      end();
      suspend();
    } else if (Object.hasOwn(keys, text)) {
      // Pasted text and arrow keys come as several characters, which no key has.
      keys[text]?.();
    }
  };
  terminal.on("data", press);
  process.on("SIGCONT", begin);
  begin();
  return { close };
}

/** To every process of the group, such as npm, as the terminal does it. Windows cannot suspend. */
function suspendGroup(): void {
  if (process.platform !== "win32") process.kill(0, "SIGTSTP");
}

/**
 * Returns true when the terminal belongs to this process's group, and not to the shell that started
 * it with `&`.
 */
export function isInForeground(): boolean {
  if (process.platform === "win32") return true;
  try {
    const [group, foreground] = readGroups();
    // 0 and -1: no terminal is in control, such as in a container.
    return group === foreground || Number(foreground) <= 0;
  } catch {
    return true;
  }
}

/** The process's group, and the group in its terminal's foreground. */
function readGroups(): [group: string | undefined, foreground: string | undefined] {
  if (process.platform === "linux") {
    // proc_pid_stat(5): the command is in parentheses and can contain any character; state, ppid,
    // pgrp, session, tty, tpgid.
    const [, , group, , , foreground] = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return [group, foreground];
  }
  const printed = execFileSync("ps", ["-o", "pgid=,tpgid=", "-p", String(process.pid)], { encoding: "utf8" });
  const [group, foreground] = printed.trim().split(/\s+/);
  return [group, foreground];
}
