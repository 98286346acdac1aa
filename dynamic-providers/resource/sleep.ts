import type { Session } from "../service/session";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { requireOwn } from "./owner";
import { deleteAndWait, describeIfExists, phaseOf } from "./wait";

type Sleeper = Pick<CommonInputs, "asleep">;

/** What an `up` does about the sleep of a resource that the state has. */
export function chooseStep(olds: Sleeper, news: Sleeper): "stay awake" | "fall asleep" | "stay asleep" | "wake" {
  if (news.asleep) return olds.asleep ? "stay asleep" : "fall asleep";
  return olds.asleep ? "wake" : "stay awake";
}

/**
 * Deletes a resource that is to be asleep, and returns the state that it keeps: of one that serves,
 * `keptInState` is what the service has; of any other, `properties` has what it would be created
 * with. One that is new in the state may have been left by an interrupted run, or be of another
 * owner, which is refused.
 */
export async function fallAsleep<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  { unfinished: _, ...rest }: I & CommonOutputs,
  { isNew }: { isNew: boolean },
): Promise<I & CommonOutputs> {
  const properties = rest as I & CommonOutputs;
  const { arn } = properties;
  const seen = await describeIfExists(session, kind, arn);
  if (!seen) return properties;
  if (isNew && phaseOf(seen) !== "deleting") await requireOwn(session, kind, properties, { arn, seen });
  await deleteAndWait(session, kind, arn);
  if (phaseOf(seen) !== "active") return properties;
  const last = kind.readInputs(seen, properties);
  const kept = (kind.keptInState ?? []).filter((key) => last[key] !== undefined).map((key) => [key, last[key]]);
  return { ...properties, ...Object.fromEntries(kept) };
}

/** Reads a resource that is asleep: nothing is there, and its state is what it was. */
export function readAsleep<I extends CommonInputs>(id: string, properties: I & CommonOutputs) {
  const { arn: _, physicalName: __, answers: ___, ...inputs } = properties;
  return { id, props: { ...properties, arn: id }, inputs: inputs as unknown as I };
}
