import { readDatasetsStart, readSettledHours } from "../../archive/archive-coverage";
import type { StackReader } from "../../stack/stack";
import type { Extent } from "./facts";

const day = 86_400_000;

/**
 * Finds out whether the archive since a time shows all that the datasets got from the stream: an
 * event that was not found may otherwise still be there.
 */
export async function readCoverage(stack: StackReader, from: Date, show: (text: string) => void): Promise<Extent> {
  const begin = await readDatasetsStart(stack);
  if (begin < from) {
    const days = Math.ceil((stack.now.getTime() - begin.getTime()) / day);
    return { isWhole: false, why: `earlier events were not read: --days ${days} reads all` };
  }
  const { reason } = await readSettledHours(stack, begin, show);
  return reason === undefined ? { isWhole: true } : { isWhole: false, why: reason };
}
