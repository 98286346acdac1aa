import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readKeys } from "../../../demo/tour/keys.ts";

let terminal: FakeTerminal;
let happened: string[];
let inForeground: boolean;
let keys: { close(): void };

/** A terminal that knows its mode. */
class FakeTerminal extends PassThrough {
  raw = false;
  setRawMode(raw: boolean) {
    this.raw = raw;
  }
}

beforeEach(() => {
  terminal = new FakeTerminal();
  happened = [];
  inForeground = true;
  const note = (what: string) => () => void happened.push(`${what}, ${terminal.raw ? "raw" : "as before"}`);
  keys = readKeys(terminal, {
    keys: { o: note("open"), r: note("retrain") },
    stop: note("stop"),
    suspend: note("suspend"),
    mayRead: () => inForeground,
  });
});
afterEach(() => keys.close());

/** Each text arrives as the terminal sends it: a key, or what is pasted. */
function press(...texts: string[]): void {
  for (const text of texts) terminal.emit("data", Buffer.from(text));
}

test("a key does its work as often as it is pressed", () => {
  press("o", "r", "o");
  expect(happened).toEqual(["open, raw", "retrain, raw", "open, raw"]);
});

test.each([["q"], ["\u0003"]])("%j stops once, in the terminal's own mode, and ends the reading", (key) => {
  press(key, key, "o");
  expect(happened).toEqual(["stop, as before"]);
  expect(terminal.isPaused()).toBe(true);
});

test("other keys, arrows and pasted text do nothing", () => {
  press("x", "\u001b[A", "\u001bOq", "requests", "\r", "constructor");
  expect(happened).toEqual([]);
});

test("Ctrl-Z suspends in the terminal's own mode, and keys are read again afterwards", () => {
  press("\u001a");
  expect(happened).toEqual(["suspend, as before"]);
  process.emit("SIGCONT");
  expect(terminal.raw).toBe(true);
  press("o");
  expect(happened).toEqual(["suspend, as before", "open, raw"]);
});

test("a process that goes on in the background leaves the terminal to the shell, until it is in the foreground", () => {
  press("\u001a");
  inForeground = false;
  process.emit("SIGCONT");
  expect(terminal.raw).toBe(false);
  inForeground = true;
  process.emit("SIGCONT");
  expect(terminal.raw).toBe(true);
});
