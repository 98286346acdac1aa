import { expect } from "vitest";

/**
 * The tour is read in a terminal of 80 columns, and in files, where escape codes would be noise.
 */
export function expectReadable(printed: string): void {
  const tour = printed.slice(printed.indexOf("\n1. ")).split("\n");
  const lines = tour.filter((line) => !line.startsWith("  training of "));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThan(80);
  expect(printed).not.toContain("\u001b");
}
