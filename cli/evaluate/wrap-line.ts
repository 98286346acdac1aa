/** Breaks a line at spaces where it is wider than `width`. The rest begins below the text after the line's label. */
export function wrapLine(line: string, width: number): string[] {
  if (line.length <= width) return [line.trimEnd()];
  const [label = ""] = /^ *(?:\S+ {2,})?/.exec(line) ?? [];
  const rows: string[] = [];
  let row = "";
  for (const word of line.slice(label.length).split(" ")) {
    const longer = row === "" ? word : `${row} ${word}`;
    if (row !== "" && label.length + longer.length > width) {
      rows.push(row);
      row = word;
    } else row = longer;
  }
  return [...rows, row].map((text, index) => `${index === 0 ? label : " ".repeat(label.length)}${text}`);
}
