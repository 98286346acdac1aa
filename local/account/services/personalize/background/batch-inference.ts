import { StringDecoder } from "node:string_decoder";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { Fault } from "../../../aws/fault";
import { Content } from "../../../content/content";
import type { Call } from "../../../host/service";
import type { Context } from "../context";
import { invalidInput, JobFailure } from "../faults";
import { rank } from "../recommender/serving/serve";
import type { StoredObject } from "../s3/data-access";
import { proveJobKeyAccess } from "../s3/data-role";
import { readPrefix } from "../s3/source";
import { writeTarget } from "../s3/target";
import { requestFilter } from "../serving/filter-facts";
import { recommendedItems } from "../serving/recommendations";
import { historyFor, type Serving, serve } from "../serving/served-version";
import type { BatchJob, PersonalizeState } from "../state/state";

const id = z.string().min(1).max(256);
const request = z.object({
  userId: id.optional(),
  itemId: id.optional(),
  itemList: z.array(id).max(500).optional(),
  filterValues: z.record(z.string(), z.string()).optional(),
});
type Request = z.infer<typeof request>;

/** Far more than a user's id and 500 items need; reading stops at a longer line. */
const longestLine = 256 * 1024;
/** Milliseconds after which other requests get their turn. */
const longestTurn = 10;

/**
 * Reads every input file and writes one output file for each: `users.json` becomes
 * `users.json.out`.
 */
export async function runBatchInference(
  { host, data }: Context,
  call: Call,
  state: PersonalizeState,
  job: BatchJob,
): Promise<void> {
  const rights = { scope: call, roleArn: job.roleArn, sourceArn: job.arn };
  proveJobKeyAccess(host, call, state.groups.find(job.groupArn), rights);
  for await (const file of readPrefix(data, rights, job.input.path ?? "")) {
    const serving = serve(state, state.versions.find(job.versionArn), job.config);
    const content = await Content.from(batchLines(serving, job, file.content));
    const name = `${file.name.slice(file.name.lastIndexOf("/") + 1)}.out`;
    await writeTarget(data, rights, job.output, { name, content });
  }
}

/**
 * The result for each line of a batch input, in the guide's form: input, output and error, one of
 * the latter null. Reads and writes line by line, so that a large input neither fills the memory
 * nor blocks the account.
 */
async function* batchLines(serving: Serving, job: BatchJob, input: StoredObject): AsyncGenerator<Uint8Array> {
  let turn = performance.now();
  let i = 0;
  for await (const line of linesOf(input.pieces())) {
    if (line.trim() === "") continue;
    yield Buffer.from(`${resolveLine(serving, job, line, i++)}\n`);
    if (performance.now() - turn < longestTurn) continue;
    await setImmediate();
    turn = performance.now();
  }
}

async function* linesOf(pieces: ReturnType<StoredObject["pieces"]>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decoder.write(Buffer.from(piece))).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) {
      throw new JobFailure(`A line of the input is longer than ${longestLine} characters.`);
    }
    yield* lines;
  }
  yield rest + decoder.end();
}

function resolveLine(serving: Serving, job: BatchJob, line: string, index: number): string {
  let input: unknown = line;
  try {
    input = JSON.parse(line);
    const output = recommendFor(serving, job, request.parse(input), `${job.arn}/${index}`);
    return JSON.stringify({ input, output, error: null });
  } catch (error) {
    return JSON.stringify({ input, output: null, error: reasonOf(error) });
  }
}

function recommendFor(
  serving: Serving,
  job: BatchJob,
  { userId, itemId, itemList, filterValues }: Request,
  seed: string,
) {
  const { filterArn } = job;
  if (serving.recipe.type === "PERSONALIZED_RANKING") {
    if (userId === undefined || itemList === undefined) {
      throw invalidInput("userId and itemList are needed for a ranking.");
    }
    const keep = requestFilter(serving, { filterArn, filterValues }, { userId });
    return inColumns(rank(serving.model, historyFor(serving, userId), keep ? itemList.filter(keep) : itemList));
  }
  return inColumns(recommendedItems(serving, { userId, itemId, filterArn, filterValues }, job.numResults, seed));
}

const inColumns = (items: readonly { itemId: string; score?: number }[]) => ({
  recommendedItems: items.map(({ itemId }) => itemId),
  ...(items.some(({ score }) => score !== undefined) && { scores: items.map(({ score }) => score ?? null) }),
});

/** A line without a result gets the reason; the others still get theirs. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return `The line is not JSON: ${error.message}`;
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  }
  if (error instanceof Fault) return error.message;
  throw error;
}
