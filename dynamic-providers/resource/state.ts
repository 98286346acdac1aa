import { initFailed, toServiceError } from "../service/errors";
import type { Session } from "../service/session";
import { diffInputs } from "./diff";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { keepProgramWording } from "./service-wording";
import { fetchTags, syncTags } from "./tags";
import { phaseOf, waitUntilActive } from "./wait";

/**
 * Waits until the resource is ACTIVE, changes the settings and tags that differ if it existed before (`existed`), and
 * returns the whole state. The service's answer is known to be the answer to these inputs only for a new resource
 * (`isNew`); for its settings also after `syncSettings`.
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

/**
 * Makes an existing resource the stack's own. The resource option `import` cannot do that: the engine then reads without
 * inputs, and the code of a dynamic provider is one of them (@pulumi/pulumi 3.270: "code must be a string, not
 * undefined"). Like that option, it refuses a difference that only a replacement could remove.
 */
export async function adopt<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  inputs: I,
  arn: string,
): Promise<{ id: string; outs: I & CommonOutputs }> {
  const seen = await kind.describe(session, arn);
  const { replaces } = diffInputs(kind, { ...inputs, ...kind.readInputs(seen, inputs) }, inputs);
  if (replaces.length > 0) {
    throw new Error(
      `${session.label}: ${arn} differs from the program in ${replaces.join(", ")}. Change the program to match it, ` +
        "then run `pulumi up` again.",
    );
  }
  const properties = { ...inputs, arn, physicalName: kind.readName?.(seen) ?? inputs.name };
  return { id: arn, outs: await finish(session, kind, properties, { existed: true, isNew: false }) };
}

/** Reads inputs and outputs as the service has them now. */
export async function readState<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  { arn, physicalName: known, unfinished: _, answers: remembered, ...props }: I & CommonOutputs,
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
  const physicalName = kind.readName?.(seen) ?? known;
  return { props: { ...inputs, ...outputs, arn, physicalName, ...unfinished, ...wording }, inputs };
}
