import { type Access, readAccess } from "../service/access";
import { toServiceError } from "../service/errors";
import { type OpenSession, openSession, type Session } from "../service/session";
import { checkSameAccount, requireAccount } from "./account-check";
import { createAndFinish, recreateIfFailed } from "./create";
import { diffInputs } from "./diff";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { completeName } from "./names";
import { keepAnswers } from "./service-wording";
import { chooseStep, fallAsleep, readAsleep } from "./sleep";
import { finish, readState } from "./state";
import { deleteAndWait, describeIfExists, phaseOf } from "./wait";

/**
 * Creates the provider of a kind. Create and update are one flow: find or create, wait until
 * ACTIVE, change what differs, and return everything, because what is returned replaces the state.
 * `open` is a parameter for tests.
 */
export function createProvider<I extends CommonInputs, S extends Described>(
  kindOf: () => Kind<I, S>,
  open: OpenSession = openSession,
) {
  type Outputs = I & CommonOutputs;
  // An object: each function of the serialised provider has its own copy of a variable.
  const access: Access = {};
  const run = async <T>(
    action: string,
    inputs: Partial<I>,
    arn: string | undefined,
    body: (session: Session, kind: Kind<I, S>) => Promise<T>,
  ): Promise<T> => {
    const kind = kindOf();
    const session = await open(`${kind.kind} "${inputs.name}"`, inputs.timeoutSeconds ?? 900, access);
    return requireAccount(session, inputs.account, arn)
      .then(() => body(session, kind))
      .catch((error) => {
        throw toServiceError(session.label, `${action} failed`, error);
      });
  };
  return {
    // Pulumi waits for this method in the first call only, and continues after an error: so nothing
    // here is asynchronous, and a problem is stored.
    async configure({ config }: { config: { get(key: string): string | undefined } }): Promise<void> {
      Object.assign(
        access,
        readAccess((key) => config.get(key)),
      );
    },

    async check(olds: Partial<I>, news: I) {
      const failures = kindOf().check?.(olds, news) ?? [];
      if (access.problem) failures.push({ property: "", reason: access.problem });
      return { inputs: news, failures: [...failures, ...checkSameAccount(olds, news)] };
    },

    diff: async (_id: string, olds: Outputs, news: I) => diffInputs(kindOf(), olds, news),

    create: (given: I): Promise<{ id: string; outs: Outputs }> =>
      run("creating", given, undefined, async (session, kind) => {
        const inputs = kind.toCreate?.(given, given) ?? given;
        const name = completeName(inputs.name, kind.identity(inputs));
        if (inputs.asleep && kind.arnOf) {
          const id = kind.arnOf(inputs, name);
          const properties = { ...inputs, arn: id, physicalName: name };
          return { id, outs: await fallAsleep(session, kind, properties, { isNew: true }) };
        }
        return createAndFinish({ session, kind, inputs, name }, async (arn, resumed) => {
          const properties = { ...inputs, arn, physicalName: name };
          return { id: arn, outs: await finish(session, kind, properties, { existed: resumed, isNew: true }) };
        });
      }),

    async update(id: string, olds: Outputs, news: I): Promise<{ outs: Outputs }> {
      const kind = kindOf();
      const { inPlace } = diffInputs(kind, olds, news);
      const { answers: _, ...stored } = olds;
      const given = { ...kind.identity(olds), ...kind.settings?.(olds), ...kind.storedOnly?.(olds) };
      // An input that the program does not give any more is none of the new state.
      const outputs = Object.fromEntries(Object.entries(stored).filter(([key]) => !Object.hasOwn(given, key)));
      const properties = { ...outputs, ...news, arn: id, ...keepAnswers(olds, news) } as Outputs;
      const inputs = kind.toCreate?.(news, olds) ?? news;
      const restored = { ...properties };
      for (const key of kind.keptInState ?? []) {
        properties[key] = olds[key] as Outputs[typeof key];
        restored[key] = inputs[key] as Outputs[typeof key];
      }
      if (!inPlace) return { outs: properties };
      const step = chooseStep(olds, news);
      if (step === "stay asleep") return { outs: restored };
      return run("updating", news, id, async (session) => {
        if (step === "fall asleep") return { outs: await fallAsleep(session, kind, restored, { isNew: false }) };
        const wanted = { session, kind, inputs, name: olds.physicalName };
        if (step === "wake") {
          return createAndFinish(wanted, async (_arn, resumed) => ({
            outs: await finish(session, kind, restored, { existed: resumed, isNew: true }),
          }));
        }
        await recreateIfFailed(wanted, id);
        return { outs: await finish(session, kind, properties, { existed: true, isNew: olds.unfinished === true }) };
      });
    },

    read: (id: string, props: Partial<Outputs> = {}): Promise<{ id?: string; props?: Outputs; inputs?: I }> =>
      run("reading", props, id, async (session, kind) => {
        const seen = await describeIfExists(session, kind, id);
        const phase = seen ? phaseOf(seen) : "deleting";
        const properties = { ...props, arn: id } as Outputs;
        if (phase === "deleting" && properties.asleep) return readAsleep(id, properties);
        if (!seen || phase === "deleting" || (phase === "failed" && kind.generatedArn)) return {};
        if (await kind.isStale?.(session, seen)) return {};
        return { id, ...(await readState(session, kind, properties, seen)) };
      }),

    delete: (id: string, props: Outputs): Promise<void> =>
      run("deleting", props, id, async (session, kind) => {
        await kind.beforeDelete?.(session, id, props);
        await deleteAndWait(session, kind, id);
      }),
  };
}
