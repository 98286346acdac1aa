import type { Cell } from "../state/table";

/** One line of a CSV file; values with commas, quotes or line ends are quoted. */
export const csvLine = (cells: readonly Cell[]): string =>
  cells
    .map((cell) => {
      const text = cell === undefined ? "" : String(cell);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(",");
