import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { groupFailures } from "../terminal/repeated-lines.ts";

let lines: string[];
let print: ReturnType<typeof groupFailures>;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  print = groupFailures((line) => lines.push(line));
});
afterEach(() => {
  vi.useRealTimers();
});

const fail = (times: number, milliseconds = 1) => {
  for (let i = 0; i < times; i++) print(`s3 GetObject cats 404 ${milliseconds} ms`, true, "s3 GetObject cats 404");
};

test("a failure that comes again is counted, and printed again with its number after ten seconds", () => {
  fail(1);
  fail(12, 2);
  expect(lines).toEqual(["s3 GetObject cats 404 1 ms"]);
  vi.advanceTimersByTime(10_000);
  fail(1);
  vi.advanceTimersByTime(10_000);
  expect(lines.slice(1)).toEqual(["12 more times: s3 GetObject cats 404", "1 more time: s3 GetObject cats 404"]);
});

test("a failure that comes again after a pause is a line", () => {
  fail(1);
  vi.advanceTimersByTime(10_000);
  expect(vi.getTimerCount()).toBe(0);
  fail(1);
  expect(lines).toEqual(["s3 GetObject cats 404 1 ms", "s3 GetObject cats 404 1 ms"]);
});

test("the indented lines of a failure are printed with it, and those of its repeats not", () => {
  for (const failure of ["cats failed", "dogs failed", "cats failed", "dogs failed"]) {
    print(failure, true);
    print(`  at ${failure}`, true);
  }
  expect(lines).toEqual(["cats failed", "  at cats failed", "dogs failed", "  at dogs failed"]);
});

test("what succeeds is printed each time", () => {
  for (let i = 0; i < 2; i++) print("  kinesis PutRecord 200");
  expect(lines).toHaveLength(2);
});
