import { parse } from "csv-parse";
import type { DeployedStack } from "../../stack/find-stack";
import { deleteVersion, type ObjectVersion, readTarget, streamObject } from "../stored/objects";
import { uploadLines } from "../stored/upload-lines";

/** A part of a file: with its text, a visitor's row; without a user, everything else. */
interface Line {
  readonly text: string;
  readonly user?: string | undefined;
}

/**
 * Writes a CSV file again without the rows of some users, and deletes the version that has them; an
 * earlier version is only deleted. Reads a file that has such rows twice, and keeps no more than a part of it in memory.
 * Returns the number of the rows.
 */
export async function eraseRows(
  stack: DeployedStack,
  version: ObjectVersion,
  users: ReadonlySet<string | undefined>,
): Promise<number> {
  let rows = 0;
  for await (const { user } of readLines(stack, version)) if (users.has(user)) rows++;
  if (rows === 0) return 0;
  if (version.isLatest) {
    const target = { ...(await readTarget(stack, version)), ContentType: "text/csv" };
    await uploadLines(stack, target, keepOthers(stack, version, users));
  }
  await deleteVersion(stack, version);
  return rows;
}

async function* keepOthers(stack: DeployedStack, version: ObjectVersion, users: ReadonlySet<string | undefined>) {
  for await (const { text, user } of readLines(stack, version)) if (!users.has(user)) yield text;
}

export async function* readLines(stack: DeployedStack, version: ObjectVersion): AsyncGenerator<Line> {
  const body = await streamObject(stack, version);
  const options = { bom: true, raw: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  const rows: AsyncIterable<{ raw: string; record: string[] }> = body.pipe(parse(options));
  let place: number | undefined;
  for await (const { raw, record } of rows) {
    // The parser leaves a part of the line's end in the text.
    const text = `${raw.replace(/^[\r\n]+|[\r\n]+$/g, "")}\n`;
    if (place === undefined) {
      place = record.findIndex((name) => name.trim().toUpperCase() === "USER_ID");
      yield { text };
    } else yield { text, user: record[place] };
  }
}
