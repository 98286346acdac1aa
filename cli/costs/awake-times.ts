import { listParameters } from "../../names/layout";
import { listAll } from "../stack/aws";
import type { TimeRange } from "../stack/metrics";
import type { StackReader } from "../stack/stack";

/**
 * Lists the times at which a stack was awake and fell asleep again, the oldest first: the parameter
 * `asleep` is written when the campaigns serve, and when they were deleted. SSM keeps its last 100
 * versions (API reference, PutParameter): what was before them is not known.
 */
export async function listEndedTimesAwake(stack: StackReader): Promise<TimeRange[]> {
  const request = { Name: listParameters(stack.stack).asleep };
  const history = await listAll(stack, "ssm", "GetParameterHistory", request, "Parameters");
  const changes = history
    .map(({ Value, LastModifiedDate }) => ({ asleep: Value === "true", at: LastModifiedDate ?? new Date(0) }))
    .sort((a, b) => Number(a.at) - Number(b.at));
  const ended: TimeRange[] = [];
  let awakeSince: Date | undefined;
  for (const { asleep, at } of changes) {
    if (!asleep) awakeSince ??= at;
    else if (awakeSince) ended.push({ from: awakeSince, to: at });
    if (asleep) awakeSince = undefined;
  }
  return ended;
}
