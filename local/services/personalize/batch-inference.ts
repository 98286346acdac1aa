import { z } from "zod";
import { Fault } from "../../endpoint/fault";
import { parseJsonText } from "../../endpoint/json-text";
import { invalidInput } from "./faults";
import { requestFilter } from "./filter-facts";
import { recommendedItems } from "./recommendations";
import { rank } from "./recommender/serve";
import { historyFor, type Serving } from "./serving";
import type { BatchJob } from "./state";

const id = z.string().min(1).max(256);
const request = z.object({
  userId: id.optional(),
  itemId: id.optional(),
  itemList: z.array(id).max(500).optional(),
  filterValues: z.record(z.string(), z.string()).optional(),
});
type Request = z.infer<typeof request>;

/** The answer to each line of a batch input, in the guide's form: input, output and error, one of the latter null. */
export function batchLines(serving: Serving, job: BatchJob, text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, i) => {
      let input: unknown = line;
      try {
        input = parseJsonText(line);
        return JSON.stringify({
          input,
          output: answer(serving, job, request.parse(input), `${job.arn}/${i}`),
          error: null,
        });
      } catch (error) {
        return JSON.stringify({ input, output: null, error: reasonOf(error) });
      }
    });
}

function answer(serving: Serving, job: BatchJob, { userId, itemId, itemList, filterValues }: Request, seed: string) {
  const { filterArn } = job;
  if (serving.recipe.type === "PERSONALIZED_RANKING") {
    if (userId === undefined || itemList === undefined)
      throw invalidInput("userId and itemList are needed for a ranking.");
    const keep = requestFilter(serving.state, { filterArn, filterValues, groupArn: serving.groupArn, userId });
    return inColumns(rank(serving.model, historyFor(serving, userId), keep ? itemList.filter(keep) : itemList));
  }
  return inColumns(recommendedItems(serving, { userId, itemId, filterArn, filterValues }, job.numResults, seed));
}

const inColumns = (items: readonly { itemId: string; score?: number }[]) => ({
  recommendedItems: items.map(({ itemId }) => itemId),
  ...(items.some(({ score }) => score !== undefined) && { scores: items.map(({ score }) => score ?? null) }),
});

/** A line that cannot be answered says why; the others are answered all the same. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return `The line is not JSON: ${error.message}`;
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  if (error instanceof Fault) return error.message;
  throw error;
}
