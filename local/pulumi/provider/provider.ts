import { randomBytes } from "node:crypto";
import { ownValue } from "../../account/aws/record";
import type { Aws } from "./aws";
import { catalogue } from "./catalogue";
import { changedKeys, inputNames, isSame, keepUnread, unreadDefaults, withoutComputed } from "./difference";
import { failuresOf } from "./failures";
import type { Failure, Properties, Resource } from "./resource";
import { compact, hasUnknown, tagChanges, unknownValue, unwrap } from "./values";

/**
 * The local `aws` provider: `npm start` calls it in the same process, and the engine as a plugin.
 */
export interface LocalProvider {
  /** Fills in names and defaults, and reports invalid and unsupported inputs. Pure. */
  check(type: string, name: string, olds: Properties, news: Properties): { inputs: Properties; failures: Failure[] };
  /** Validates planned inputs with AWS, with the calls of the real provider in a preview. */
  plan(type: string, olds: Properties, news: Properties): Promise<readonly Failure[]>;
  /** Compares a state with new inputs. Pure. */
  diff(
    type: string,
    state: Properties,
    news: Properties,
  ): { changes: boolean; replaces: string[]; deleteBeforeReplace: boolean };
  /**
   * An imported state, with the files and archives of `news` if the account has the same contents.
   */
  recognise(type: string, state: Properties, news: Properties): Promise<Properties>;
  create(type: string, inputs: Properties): Promise<{ id: string; outs: Properties }>;
  /**
   * What is known of the state before a creation or an update: a missing or unknown output may be
   * any. Pure.
   */
  preview(type: string, state: Properties | undefined, news: Properties): Properties;
  /** The present state in the account; `undefined` when the resource does not exist. */
  read(type: string, id: string, state: Properties): Promise<Properties | undefined>;
  /**
   * The inputs in a state. The engine stores them, and `ignoreChanges` compares with the stored
   * ones. Values that AWS filled in are in the state only of an imported resource, because it is
   * unknown what its program left out.
   */
  inputsIn(type: string, state: Properties): Properties;
  /** The id of a resource in the account, which is not always the one it was imported by. */
  idOf(type: string, id: string, state: Properties): string;
  update(type: string, id: string, state: Properties, news: Properties): Promise<Properties>;
  delete(type: string, id: string, state: Properties): Promise<void>;
  /** A function of the package, e.g. `aws:index/getCallerIdentity:getCallerIdentity`. */
  invoke(token: string, args: Properties): Promise<Properties>;
}

/** `defaultTags` are those of the configuration, for all resources that have tags. */
export function createProvider(aws: Aws, defaultTags: Readonly<Record<string, string>> = {}): LocalProvider {
  return {
    check(type, name, olds, news) {
      const definition = resourceOf(type);
      const inputs = addTags(definition, defaultTags, fillName(definition, name, olds, unwrapInputs(news)));
      const parsed = definition.schema.safeParse(inputs);
      if (parsed.success) return { inputs: parsed.data, failures: [] };
      return { inputs, failures: failuresOf(type, definition, inputs, parsed.error) };
    },
    async plan(type, olds, news) {
      const definition = resourceOf(type);
      const { plan } = definition;
      const values = unwrapInputs(news);
      if (!plan || hasUnknown(ownValue(values, plan.on))) return [];
      return changedKeys(definition, unwrapInputs(olds), values).includes(plan.on) ? plan.check(values, aws) : [];
    },
    diff(type, state, news) {
      const definition = resourceOf(type);
      const changed = changedKeys(definition, unwrapInputs(state), unwrapInputs(news));
      const replaces = changed.filter((key) => definition.replaceOn.includes(key));
      return { changes: changed.length > 0, replaces, deleteBeforeReplace: definition.deleteBeforeReplace ?? false };
    },
    async recognise(type, state, news) {
      const known = new Map(Object.entries(state));
      for (const [key, content] of Object.entries(resourceOf(type).contents ?? {})) {
        const stored = known.get(content.digest);
        const wanted = ownValue(news, key);
        const given = unwrap(wanted);
        if (known.get(key) !== undefined || stored === undefined || given === undefined || hasUnknown(given)) continue;
        if ((await content.of(given)) === stored) known.set(key, wanted);
      }
      return Object.fromEntries(known);
    },
    preview(type, state = {}, news) {
      const definition = resourceOf(type);
      const old = unwrapInputs(state);
      const values = unwrapInputs(news);
      const changed = changedKeys(definition, old, values);
      const follows = (key: string) =>
        (ownValue(definition.follows ?? {}, key) ?? []).some((on) => changed.includes(on));
      const outputs = Object.entries(outputsIn(definition, old));
      const planned = outputs.map(([key, value]) => [key, follows(key) ? unknownValue : value]);
      return withAllTags(definition, { ...Object.fromEntries(planned), ...values });
    },
    async create(type, inputs) {
      const values = parse(type, unwrapInputs(inputs));
      const definition = resourceOf(type);
      const id = await definition.create(values, aws);
      const created = { ...values, ...(await definition.derive?.(values)) };
      const seen = await readOutputs(definition, id, created, aws);
      return { id, outs: withAllTags(definition, { ...seen, ...created }) };
    },
    async read(type, id, state) {
      const old = unwrapInputs(state);
      const definition = resourceOf(type);
      const observed = await definition.read(id, old, aws);
      if (!observed) return undefined;
      const seen = new Map(Object.entries(compact(observed) as Properties));
      if (Object.keys(old).length === 0) {
        return withAllTags(definition, { ...unreadDefaults(definition), ...Object.fromEntries(seen) });
      }
      for (const key of Object.keys(definition.same ?? {})) {
        const before = ownValue(old, key);
        if (seen.has(key) && isSame(definition, key, before, seen.get(key))) seen.set(key, before);
      }
      // Values that AWS filled in are not drift.
      const known = withoutComputed(definition, Object.fromEntries(seen), old);
      return withAllTags(definition, { ...keepUnread(definition, old), ...known });
    },
    inputsIn(type, state) {
      const names = inputNames(resourceOf(type));
      return Object.fromEntries(Object.entries(state).filter(([key]) => names.includes(key)));
    },
    idOf: (type, id, state) => resourceOf(type).idOf?.(state) ?? id,
    async update(type, id, state, news) {
      const old = unwrapInputs(state);
      const values = parse(type, unwrapInputs(news));
      const definition = resourceOf(type);
      const computed = outputsIn(definition, old);
      await applyChanges(definition, id, values, old, aws);
      const updated = { ...values, ...(await definition.derive?.(values)) };
      const seen = await readOutputs(definition, id, { ...computed, ...updated }, aws);
      return withAllTags(definition, { ...computed, ...seen, ...updated });
    },
    async delete(type, id, state) {
      await resourceOf(type).delete(id, unwrapInputs(state), aws);
    },
    invoke: (token, args) => invoke(token, args, aws),
  };
}

function resourceOf(type: string): Resource {
  const found = ownValue(catalogue, type);
  if (!found) {
    throw new Error(
      `The local provider does not support the resource type ${type}. Its types are in local/OPERATIONS.md.`,
    );
  }
  return found;
}

const unwrapInputs = (properties: Properties): Properties => {
  const { __defaults: _defaults, ...values } = unwrap(properties) as Properties;
  return values;
};
/** All tags: here the inputs have the provider's default tags, too. */
const withAllTags = (definition: Resource, properties: Properties): Properties =>
  inputNames(definition).includes("tags") ? { ...properties, tagsAll: properties.tags ?? {} } : properties;

const dropUndefined = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));

/** Calls only what the changed inputs need, as the real provider does. */
async function applyChanges(definition: Resource, id: string, values: Properties, old: Properties, aws: Aws) {
  const changed = changedKeys(definition, old, values);
  const { tagging, update } = definition;
  if (tagging && changed.includes("tags")) {
    const { set, unset } = tagChanges(old.tags, values.tags);
    if (unset.length > 0) await tagging.unset(old, unset, aws);
    if (Object.keys(set).length > 0) await tagging.set(old, set, aws);
  }
  const has = (...keys: string[]) => keys.some((key) => changed.includes(key));
  if (changed.some((key) => !tagging || key !== "tags")) await update?.(id, values, { old, has }, aws);
}

/**
 * Reads properties that are not inputs, such as an ARN. The real provider ends every creation and
 * every update with a read, and its credentials need the permissions for that.
 */
async function readOutputs(definition: Resource, id: string, state: Properties, aws: Aws): Promise<Properties> {
  return dropUndefined(outputsIn(definition, (await definition.read(id, state, aws)) ?? {}));
}

function outputsIn(definition: Resource, state: Properties): Properties {
  const inputs = new Set(inputNames(definition));
  return Object.fromEntries(Object.entries(state).filter(([key]) => !inputs.has(key)));
}

function parse(type: string, inputs: Properties): Properties {
  const definition = resourceOf(type);
  const result = definition.schema.safeParse(inputs);
  if (result.success) return result.data;
  throw new Error(
    `${type}: ${failuresOf(type, definition, inputs, result.error)
      .map(({ property, reason }) => `${property}: ${reason}`)
      .join("; ")}`,
  );
}

/**
 * Auto-naming as in Pulumi: the present name, or for a new resource the logical name and seven
 * random hex digits.
 */
function fillName({ autoName }: Resource, name: string, olds: Properties, news: Properties): Properties {
  if (!autoName || ownValue(news, autoName.property) !== undefined) return news;
  const kept = ownValue(olds, autoName.property);
  const tail = `-${randomBytes(4).toString("hex").slice(0, 7)}`;
  const { prefix = "" } = autoName;
  const stem = name.slice(0, autoName.maxLength - prefix.length - tail.length);
  const created = `${prefix}${autoName.lowerCase ? stem.toLowerCase() : stem}${tail}`;
  return { ...news, [autoName.property]: typeof kept === "string" ? kept : created };
}

/**
 * The real provider also makes the default tags inputs, before it compares (pulumi-aws,
 * provider/tags.go, `applyTags`).
 */
function addTags(definition: Resource, defaultTags: Readonly<Record<string, string>>, inputs: Properties): Properties {
  const own = ownValue(inputs, "tags") ?? {};
  const takesTags = Object.keys(defaultTags).length > 0 && inputNames(definition).includes("tags");
  return takesTags && typeof own === "object" ? { ...inputs, tags: { ...defaultTags, ...own } } : inputs;
}

/** A function of the package by the last part of its token: reads, and creates nothing. */
type Lookup = (aws: Aws, args: Properties, token: string) => Promise<Properties>;

const lookups: Readonly<Record<string, Lookup>> = {
  async getCallerIdentity(aws) {
    const { Account, Arn, UserId } = await aws.call("sts", "GetCallerIdentity", {});
    return { id: Account, accountId: Account, arn: Arn, userId: UserId };
  },
  getObjects: listObjects,
  getPartition: async () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  getRegion: async ({ region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  getSecurityGroups: async (_aws, args, token) => ({ ids: takeFiltered(token, args, "group-id") }),
  getSubnets: async (_aws, args, token) => ({ ids: takeFiltered(token, args, "subnet-id") }),
};

async function invoke(token: string, args: Properties, aws: Aws): Promise<Properties> {
  const lookup = ownValue(lookups, token.split(":").at(-1) ?? "");
  if (lookup) return lookup(aws, args, token);
  throw new Error(
    `The local provider does not support the function ${token}. It supports ${Object.keys(lookups).join(", ")}. ` +
      "Give the value in the configuration, or take it from the resource of your program.",
  );
}

/**
 * One page: the data source reads 1,000 keys unless it is asked for more (its registry page,
 * `maxKeys`).
 */
async function listObjects(aws: Aws, { bucket, prefix }: Properties): Promise<Properties> {
  const Prefix = typeof prefix === "string" ? prefix : undefined;
  const { Contents = [] } = await aws.call("s3", "ListObjectsV2", { Bucket: String(bucket), Prefix });
  return { id: bucket, bucket, prefix, keys: Contents.map(({ Key }) => Key) };
}

/**
 * Answers for EC2, which the local account does not have: a look-up by ids finds all of them, as
 * Lambda takes them all. Other look-ups are refused.
 */
function takeFiltered(token: string, args: Properties, name: string): string[] {
  const filters = (unwrap(args.filters) ?? []) as { name: string; values: string[] }[];
  const found = filters.find((filter) => filter.name === name);
  if (found) return found.values;
  throw new Error(
    `The local provider supports ${token} only with the filter ${name}, because the local account has no EC2. Give the ids.`,
  );
}
