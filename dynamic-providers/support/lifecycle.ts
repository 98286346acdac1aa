import { difference } from "./difference";
import { ensure, observe, phase, removed, settle } from "./existence";
import { halfMade, refused } from "./failure";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { physicalName } from "./names";
import type { Open, Session } from "./session";
import { syncTags, type Tags, tagsOf } from "./tags";

/**
 * Everything of a provider but `check`. Create and update are one flow: observe, ensure, wait until ACTIVE, sync what
 * differs, and return everything, because what is returned replaces the state.
 */
export function lifecycle<I extends CommonInputs, S extends Described>(kindOf: () => Kind<I, S>, open: Open) {
  type Outputs = I & CommonOutputs;
  const operation = async <T>(
    doing: string,
    inputs: Partial<I>,
    body: (session: Session, kind: Kind<I, S>) => Promise<T>,
  ): Promise<T> => {
    const kind = kindOf();
    const session = await open(`${kind.kind} "${inputs.name}"`, inputs.timeoutSeconds ?? 900);
    return body(session, kind).catch((error) => {
      throw refused(session.who, `${doing} failed`, error);
    });
  };
  return {
    async configure({ config }: { config: { get(key: string): string | undefined } }): Promise<void> {
      const region = config.get("aws:region");
      if (region) process.env.AWS_REGION = region;
    },

    diff: async (_id: string, olds: Outputs, news: I) => difference(kindOf(), olds, news),

    create: (inputs: I): Promise<{ id: string; outs: Outputs }> =>
      operation("creating", inputs, async (session, kind) => {
        const name = physicalName(inputs.name, kind.identity(inputs));
        const { arn, adopted } = await ensure(session, kind, inputs, name);
        return { id: arn, outs: await finish(session, kind, { ...inputs, arn, physicalName: name }, arn, adopted) };
      }),

    async update(id: string, olds: Outputs, news: I): Promise<{ outs: Outputs }> {
      const { inPlace } = difference(kindOf(), olds, news);
      const properties = { ...olds, ...news };
      for (const key of kindOf().kept ?? []) properties[key] = olds[key] as Outputs[typeof key];
      if (!inPlace) return { outs: properties };
      return operation("updating", news, async (session, kind) => {
        const seen = await observe(session, kind, olds.arn);
        if (!seen) throw new Error(`${session.who}: ${olds.arn} is gone. Run \`pulumi refresh\`, then \`pulumi up\`.`);
        if (["failed", "leaving"].includes(phase(seen))) {
          await removed(session, kind, olds.arn);
          properties.arn = (await ensure(session, kind, news, olds.physicalName)).arn;
        }
        return { outs: await finish(session, kind, properties, id, true) };
      });
    },

    read: (id: string, props: Partial<Outputs> = {}): Promise<{ id?: string; props?: Outputs; inputs?: I }> =>
      operation("reading", props, async (session, kind) => {
        const arn = props.arn ?? id;
        const seen = await observe(session, kind, arn);
        if (!seen || phase(seen) === "leaving" || (await kind.stale?.(session, seen))) return {};
        return { id, ...(await current(session, kind, { ...props, arn } as Outputs, seen, !props.arn)) };
      }),

    delete: (id: string, props: Outputs): Promise<void> =>
      operation("deleting", props, async (session, kind) => {
        const arn = props.arn ?? id;
        await kind.beforeDelete?.(session, arn, props);
        await removed(session, kind, arn);
      }),
  };
}

/** Waits until it is ACTIVE, brings its settings in line where it was there before, and answers the whole state. */
async function finish<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  properties: I & CommonOutputs,
  id: string,
  existed: boolean,
): Promise<I & CommonOutputs> {
  let seen = await settle(session, kind, properties, id);
  if (existed) {
    try {
      seen = (await kind.sync?.(session, properties, seen)) ?? seen;
      if (!kind.recognise) await syncTags(session, properties.arn, properties);
    } catch (error) {
      throw halfMade(properties, id, refused(session.who, `changing ${properties.arn} failed`, error).message);
    }
  }
  const { unfinished: _, ...rest } = properties;
  return { ...rest, ...kind.observed(seen, properties), ...kind.outputs?.(seen) } as I & CommonOutputs;
}

/**
 * Inputs and outputs as they are in the service now. An import has only inputs: what it takes over keeps the name that
 * it has as its stem, and gets the stack's tags with the next change.
 */
async function current<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  { arn, physicalName: known, unfinished: _, ...props }: I & CommonOutputs,
  seen: S,
  importing: boolean,
) {
  const outputs = kind.outputs?.(seen) ?? {};
  const inputs = { ...props, ...kind.observed(seen, props as unknown as I) } as unknown as I;
  for (const key of Object.keys(outputs)) Reflect.deleteProperty(inputs, key);
  if (!kind.recognise) {
    const tags: Tags = {};
    const ownerTags: Tags = importing ? { ...inputs.ownerTags } : {};
    for (const [key, value] of Object.entries(await tagsOf(session, arn))) {
      if (inputs.ownerTags && key in inputs.ownerTags) ownerTags[key] ??= value;
      else tags[key] = value;
    }
    Object.assign(inputs, { tags, ownerTags });
  }
  const expected = known ?? physicalName(inputs.name, kind.identity(inputs));
  const actual = kind.nameOf?.(seen) ?? expected;
  if (actual !== expected) inputs.name = actual;
  const unfinished = phase(seen) === "active" ? {} : { unfinished: true };
  return { props: { ...inputs, ...outputs, arn, physicalName: actual, ...unfinished }, inputs };
}
