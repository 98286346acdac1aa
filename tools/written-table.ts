/** The table in a document that a script of package.json writes, between its marks. */
export function findTable(document: string, script: string): string {
  const [, rest] = document.split(`<!-- Written by \`npm run ${script}\`. -->\n`);
  const [table] = rest?.split("\n<!-- End of the table. -->") ?? [];
  if (table === undefined) throw new Error(`The document has no marks of a table that npm run ${script} writes.`);
  return table.trim();
}

export const replaceTable = (document: string, script: string, table: string): string =>
  document.replace(findTable(document, script), () => table);
