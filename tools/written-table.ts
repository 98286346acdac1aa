/** The table in a document that a script of package.json writes, between its marks. */
export function findTable(document: string, script: string): string {
  const start = `<!-- Written by \`npm run ${script}\`. -->`;
  const end = "<!-- End of the table. -->";
  const [, rest] = document.split(`${start}\n`);
  const [table] = rest?.split(`\n${end}`) ?? [];
  if (table === undefined) throw new Error(`The document lacks the line ${start} or ${end}.`);
  return table.trim();
}

export const replaceTable = (document: string, script: string, table: string): string =>
  document.replace(findTable(document, script), () => table);
