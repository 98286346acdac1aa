import { initFailed, toServiceError } from "../service/errors";
import type { Session } from "../service/session";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { keepProgramWording } from "./service-wording";
import { fetchTags, syncTags } from "./tags";
import { phaseOf, waitUntilActive } from "./wait";

/**
 * Waits until the resource is ACTIVE, changes the settings and tags that differ if it existed
 * before (`existed`), and returns the whole state. The service's answer is known to be the answer
 * to these inputs only for a new resource (`isNew`); for its settings also after `syncSettings`.
 */
export async function finish<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  properties: I & CommonOutputs,
  { existed, isNew }: { existed: boolean; isNew: boolean },
): Promise<I & CommonOutputs> {
  let seen = await waitUntilActive(session, kind, properties);
  if (existed) {
    try {
      seen = (await kind.syncSettings?.(session, properties, seen)) ?? seen;
      if (!kind.matches) await syncTags(session, properties.arn, properties);
    } catch (error) {
      throw initFailed(properties, toServiceError(session.label, `changing ${properties.arn} failed`, error).message);
    }
  }
  const { unfinished: _, answers: __, ...rest } = properties;
  const kept: string[] = kind.keptInState ?? [];
  const identity = kind.identity(properties);
  const accepts = (key: string) => !kept.includes(key) && (isNew || !Object.hasOwn(identity, key));
  const inputs = keepProgramWording<I>(properties, kind.readInputs(seen, properties), accepts);
  return { ...rest, ...inputs, ...kind.readOutputs?.(seen) } as I & CommonOutputs;
}

/** Reads inputs and outputs as the service has them now. */
export async function readState<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  { arn, physicalName, unfinished: _, answers: remembered, ...props }: I & CommonOutputs,
  seen: S,
) {
  const outputs = kind.readOutputs?.(seen) ?? {};
  const given = props as unknown as I;
  const { answers, ...found } = keepProgramWording<I>(
    { ...given, answers: remembered },
    kind.readInputs(seen, given),
    () => false,
  );
  const inputs = { ...given, ...found } as I;
  for (const key of Object.keys(outputs)) Reflect.deleteProperty(inputs, key);
  if (!kind.matches) {
    const all = [...(await fetchTags(session, arn))];
    const isOwner = ([key]: [string, string]) => Object.hasOwn(inputs.ownerTags ?? {}, key);
    const tags = Object.fromEntries(all.filter((tag) => !isOwner(tag)));
    const ownerTags = Object.fromEntries(all.filter(isOwner));
    Object.assign(inputs, { tags, ownerTags });
  }
  const unfinished = phaseOf(seen) === "active" ? {} : { unfinished: true };
  const wording = answers ? { answers } : {};
  return { props: { ...inputs, ...outputs, arn, physicalName, ...unfinished, ...wording }, inputs };
}
