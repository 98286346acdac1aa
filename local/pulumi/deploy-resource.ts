import { ownValue } from "../account/aws/record";
import type { LocalProvider } from "./provider/provider";
import type { Properties } from "./provider/resource";

/** A resource that an earlier deployment created, as plain JSON. */
export interface DeployedResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly state: Properties;
  /** The option `retainOnDelete`: it stays in the account when the program no longer has it. */
  readonly retained?: boolean;
}

export type Step = "create" | "update" | "replace" | "same";

/** A resource after its step, and what must be deleted when the new resource is in use. */
export interface StepResult {
  readonly step: Step;
  readonly id: string;
  readonly state: Properties;
  readonly replaced?: DeployedResource;
}

/** A resource as the program wants it, and as it was. */
export interface Wanted {
  readonly inputs: Properties;
  readonly old?: DeployedResource;
  /** Called before a step that changes the account. */
  readonly onStep: (step: Step) => void;
}

/** The operations that both kinds of provider, `aws` and dynamic ones, can do with one resource. */
export interface Operations {
  /** Fills in and validates inputs; throws when they are wrong. */
  check(olds: Properties, news: Properties): Promise<Properties>;
  diff(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }>;
  create(news: Properties): Promise<{ id: string; state: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<Properties>;
  delete(id: string, olds: Properties): Promise<void>;
}

/** Creates, updates or replaces one resource, or leaves it as it is, like the engine. */
export async function runStep(operations: Operations, { inputs, old, onStep }: Wanted): Promise<StepResult> {
  const news = await operations.check(old?.state ?? {}, inputs);
  const create = async (step: Step, replaced?: DeployedResource): Promise<StepResult> => ({
    step,
    ...(await operations.create(news)),
    ...(replaced ? { replaced } : {}),
  });
  if (!old) {
    onStep("create");
    return create("create");
  }
  const { changes, replaces, deleteBeforeReplace } = await operations.diff(old.id, old.state, news);
  // The state keeps its values, and gets the new code of a dynamic provider.
  const { __provider = undefined } = news;
  if (!changes) return { step: "same", id: old.id, state: { ...old.state, ...(__provider ? { __provider } : {}) } };
  if (replaces.length === 0) {
    onStep("update");
    return { step: "update", id: old.id, state: await operations.update(old.id, old.state, news) };
  }
  onStep("replace");
  if (!deleteBeforeReplace) return create("replace", old);
  if (!old.retained) await operations.delete(old.id, old.state);
  return create("replace");
}

/** The operations of the local `aws` provider for a type. */
export function awsOperations(provider: LocalProvider, type: string, name: string): Operations {
  return {
    async check(olds, news) {
      const { inputs, failures } = provider.check(type, name, olds, news);
      throwFailures(failures);
      throwFailures(await provider.plan(type, olds, inputs));
      return inputs;
    },
    // States are plain JSON, without the files and archives of the inputs.
    diff: async (_id, olds, news) => provider.diff(type, await provider.recognise(type, olds, news), news),
    async create(news) {
      const { id, outs } = await provider.create(type, news);
      return { id, state: outs };
    },
    update: async (id, olds, news) => provider.update(type, id, await provider.recognise(type, olds, news), news),
    delete: (id, olds) => provider.delete(type, id, olds),
  };
}

/** The methods of a dynamic provider. */
interface DynamicProvider {
  configure?(request: { config: Config }): Promise<void>;
  check?(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs?: Properties; failures?: { property: string; reason: string }[] }>;
  diff?(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes?: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  create(inputs: Properties): Promise<{ id: string; outs?: Properties }>;
  update?(id: string, olds: Properties, news: Properties): Promise<{ outs?: Properties }>;
  delete?(id: string, olds: Properties): Promise<void>;
}

interface Config {
  get(key: string): string | undefined;
  require(key: string): string;
}

/**
 * Loads a dynamic provider from its serialised text, as the engine does from the text in its state.
 */
export async function dynamicOperations(
  __provider: string,
  config: Readonly<Record<string, string>>,
): Promise<Operations> {
  const load: (text: string) => { handler(): DynamicProvider } = require("require-from-string");
  const provider = load(__provider).handler();
  await provider.configure?.({ config: configOf(config) });
  return {
    async check(olds, news) {
      const checked = await provider.check?.(olds, { ...news, __provider });
      throwFailures(checked?.failures ?? []);
      return { __provider, ...(checked?.inputs ?? news) };
    },
    async diff(id, olds, news) {
      const {
        changes = true,
        replaces = [],
        deleteBeforeReplace = false,
      } = (await provider.diff?.(id, olds, news)) ?? {};
      return { changes, replaces, deleteBeforeReplace };
    },
    async create(news) {
      const { id, outs = {} } = await provider.create(news);
      return { id, state: outs };
    },
    update: async (id, olds, news) => (await provider.update?.(id, olds, news))?.outs ?? news,
    delete: async (id, olds) => provider.delete?.(id, olds),
  };
}

const configOf = (config: Readonly<Record<string, string>>): Config => ({
  get: (key) => ownValue(config, key),
  require(key) {
    const value = ownValue(config, key);
    if (value === undefined) {
      throw new Error(`The configuration has no value for ${key}. Set it: pulumi config set ${key} <value>`);
    }
    return value;
  },
});

function throwFailures(failures: readonly { property: string; reason: string }[]): void {
  if (failures.length === 0) return;
  throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
}

/**
 * A state without what JSON cannot express: files and archives, which are instances of the SDK's
 * classes.
 */
export function plainState(value: Properties): Properties {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) => (isPlain(inner) ? inner : undefined)),
  ) as Properties;
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
