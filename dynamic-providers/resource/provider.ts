import { type Access, accessOf } from "../service/access";
import { halfMade, refused } from "../service/errors";
import { type Open, problemOf, type Session } from "../service/session";
import { proveAccount, proveSameAccount } from "./account-check";
import { difference } from "./diff";
import { ensure, observe, phase, removed, settle } from "./existence";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { physicalName } from "./names";
import { answersKept, inOwnWords } from "./service-wording";
import { syncTags, type Tags, tagsOf } from "./tags";

/** The inputs of a kind, and what is wrong with them. */
export type Check<I> = (
  olds: Partial<I>,
  news: I,
) => Promise<{ inputs: I; failures: { property: string; reason: string }[] }>;

/**
 * A provider. Create and update are one flow: observe, ensure, wait until ACTIVE, sync what differs, and return
 * everything, because what is returned replaces the state. `inspect` checks a kind's own inputs.
 */
export function lifecycle<I extends CommonInputs, S extends Described>(
  kindOf: () => Kind<I, S>,
  open: Open,
  inspect: Check<I>,
) {
  type Outputs = I & CommonOutputs;
  // One object, because each function of the serialised provider has its own copy of a variable.
  const access: Access = {};
  const operation = async <T>(
    doing: string,
    inputs: Partial<I>,
    arn: string | undefined,
    body: (session: Session, kind: Kind<I, S>) => Promise<T>,
  ): Promise<T> => {
    const kind = kindOf();
    const session = await open(`${kind.kind} "${inputs.name}"`, inputs.timeoutSeconds ?? 900, access);
    return proveAccount(session, access, inputs.account, arn)
      .then(() => body(session, kind))
      .catch((error) => {
        throw refused(session.who, `${doing} failed`, error);
      });
  };
  return {
    // The host waits for it in the first call only, and goes on after an error: so nothing here is asynchronous, and what
    // is wrong is remembered.
    async configure({ config }: { config: { get(key: string): string | undefined } }): Promise<void> {
      Object.assign(
        access,
        accessOf((key) => config.get(key)),
      );
    },

    async check(olds: Partial<I>, news: I) {
      const { inputs, failures } = await inspect(olds, news);
      const problem = await problemOf(access);
      if (problem) failures.push({ property: "", reason: problem });
      return { inputs, failures: [...failures, ...proveSameAccount(olds, news)] };
    },

    diff: async (_id: string, olds: Outputs, news: I) => difference(kindOf(), olds, news),

    create: (inputs: I): Promise<{ id: string; outs: Outputs }> =>
      operation("creating", inputs, inputs.importArn, async (session, kind) => {
        if (inputs.importArn) return takenOver(session, kind, inputs, inputs.importArn);
        const name = physicalName(inputs.name, kind.identity(inputs));
        const { arn, adopted } = await ensure(session, kind, inputs, name);
        return {
          id: arn,
          outs: await finish(session, kind, { ...inputs, arn, physicalName: name }, { existed: adopted, isNew: true }),
        };
      }),

    async update(id: string, olds: Outputs, news: I): Promise<{ outs: Outputs }> {
      const { inPlace } = difference(kindOf(), olds, news);
      const { answers: _, ...stored } = olds;
      const properties = { ...stored, ...news, arn: id, ...answersKept(olds, news) } as Outputs;
      for (const key of kindOf().kept ?? []) properties[key] = olds[key] as Outputs[typeof key];
      if (!inPlace) return { outs: properties };
      return operation("updating", news, id, async (session, kind) => {
        const seen = await observe(session, kind, id);
        const state = seen ? phase(seen) : "gone";
        if (state === "gone" || (kind.generated && state !== "active" && state !== "pending")) {
          throw new Error(
            `${session.who}: ${id} is ${seen?.status ?? "gone"}. ${seen?.failureReason ? `${seen.failureReason} ` : ""}` +
              "Run `pulumi refresh`, then `pulumi up` to make a new one.",
          );
        }
        if (state === "failed" || state === "leaving") {
          await removed(session, kind, id);
          await ensure(session, kind, news, olds.physicalName);
        }
        return { outs: await finish(session, kind, properties, { existed: true, isNew: olds.unfinished === true }) };
      });
    },

    read: (id: string, props: Partial<Outputs> = {}): Promise<{ id?: string; props?: Outputs; inputs?: I }> =>
      operation("reading", props, id, async (session, kind) => {
        const seen = await observe(session, kind, id);
        const state = seen ? phase(seen) : "leaving";
        if (!seen || state === "leaving" || (state === "failed" && kind.generated)) return {};
        if (await kind.stale?.(session, seen)) return {};
        return { id, ...(await current(session, kind, { ...props, arn: id } as Outputs, seen)) };
      }),

    delete: (id: string, props: Outputs): Promise<void> =>
      operation("deleting", props, id, async (session, kind) => {
        await kind.beforeDelete?.(session, id, props);
        await removed(session, kind, id);
      }),
  };
}

/**
 * Waits until it is ACTIVE, brings its settings in line where it was there before (`existed`), and answers the whole state.
 * What made it is known to be these inputs only when it is new (`isNew`); of its settings, that is known after `sync` too.
 */
async function finish<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  properties: I & CommonOutputs,
  { existed, isNew }: { existed: boolean; isNew: boolean },
): Promise<I & CommonOutputs> {
  let seen = await settle(session, kind, properties);
  if (existed) {
    try {
      seen = (await kind.sync?.(session, properties, seen)) ?? seen;
      if (!kind.recognise) await syncTags(session, properties.arn, properties);
    } catch (error) {
      throw halfMade(properties, refused(session.who, `changing ${properties.arn} failed`, error).message);
    }
  }
  const { unfinished: _, answers: __, ...rest } = properties;
  const kept: string[] = kind.kept ?? [];
  const identity = kind.identity(properties);
  const accepts = (key: string) => !kept.includes(key) && (isNew || !(key in identity));
  const inputs = inOwnWords<I>(properties, kind.observed(seen, properties), accepts);
  return { ...rest, ...inputs, ...kind.outputs?.(seen) } as I & CommonOutputs;
}

/**
 * Makes an existing resource the stack's own. The resource option `import` cannot do it: the engine then reads without
 * inputs, and the code of a dynamic provider is one of them (@pulumi/pulumi 3.270: "code must be a string, not
 * undefined"). As that option would, it refuses what differs from the program where only replacing could help.
 */
async function takenOver<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  inputs: I,
  arn: string,
): Promise<{ id: string; outs: I & CommonOutputs }> {
  const seen = await kind.describe(session, arn);
  const { replaces } = difference(kind, { ...inputs, ...kind.observed(seen, inputs) }, inputs);
  if (replaces.length > 0) {
    throw new Error(
      `${session.who}: ${arn} differs from the program in ${replaces.join(", ")}. Make the program say what is there, ` +
        "then run `pulumi up` again.",
    );
  }
  const physicalName = kind.nameOf?.(seen) ?? inputs.name;
  return {
    id: arn,
    outs: await finish(session, kind, { ...inputs, arn, physicalName }, { existed: true, isNew: false }),
  };
}

/** Inputs and outputs as they are in the service now. */
async function current<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  { arn, physicalName: known, unfinished: _, answers: remembered, ...props }: I & CommonOutputs,
  seen: S,
) {
  const outputs = kind.outputs?.(seen) ?? {};
  const given = props as unknown as I;
  const { answers, ...found } = inOwnWords<I>(
    { ...given, answers: remembered },
    kind.observed(seen, given),
    () => false,
  );
  const inputs = { ...given, ...found } as I;
  for (const key of Object.keys(outputs)) Reflect.deleteProperty(inputs, key);
  if (!kind.recognise) {
    const tags: Tags = {};
    const ownerTags: Tags = {};
    for (const [key, value] of Object.entries(await tagsOf(session, arn))) {
      if (key in (inputs.ownerTags ?? {})) ownerTags[key] = value;
      else tags[key] = value;
    }
    Object.assign(inputs, { tags, ownerTags });
  }
  const unfinished = phase(seen) === "active" ? {} : { unfinished: true };
  const echo = answers ? { answers } : {};
  const physicalName = kind.nameOf?.(seen) ?? known;
  return { props: { ...inputs, ...outputs, arn, physicalName, ...unfinished, ...echo }, inputs };
}
