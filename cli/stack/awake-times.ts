import { listParameters } from "../../names/layout";
import { ignoreNotFound, listAll } from "./aws";
import type { TimeRange } from "./metrics";
import type { StackReader } from "./stack";

/** A time at which a stack was awake; without `to` it still is. */
export type TimeAwake = Pick<TimeRange, "from"> & { readonly to?: Date };

/** Lists the times at which a stack was awake and fell asleep again, the oldest first. */
export async function listEndedTimesAwake(stack: StackReader): Promise<TimeRange[]> {
  return (await listTimesAwake(stack)).flatMap(({ from, to }) => (to ? [{ from, to }] : []));
}

/**
 * Lists the times at which a stack was awake, the oldest first: the parameter `asleep` is written
 * when the campaigns serve, and when they were deleted. SSM keeps its last 100 versions (API
 * reference, PutParameter): what was before them is not known. A stack of a version without rests
 * has no such parameter, and was never asleep.
 */
export async function listTimesAwake(stack: StackReader): Promise<TimeAwake[]> {
  const request = { Name: listParameters(stack.stack).asleep };
  const listed = listAll(stack, "ssm", "GetParameterHistory", request, "Parameters");
  const history = (await ignoreNotFound(listed, "ParameterNotFound")) ?? [];
  const changes = history
    .map(({ Value, LastModifiedDate }) => ({ asleep: Value === "true", at: LastModifiedDate ?? new Date(0) }))
    .sort((a, b) => Number(a.at) - Number(b.at));
  const times: TimeAwake[] = [];
  let awakeSince: Date | undefined;
  for (const { asleep, at } of changes) {
    if (!asleep) awakeSince ??= at;
    else if (awakeSince) times.push({ from: awakeSince, to: at });
    if (asleep) awakeSince = undefined;
  }
  return awakeSince ? [...times, { from: awakeSince }] : times;
}
