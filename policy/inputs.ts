/** A value anywhere in the inputs of a resource. */
export interface Input {
  /** `ingress.0.cidrBlocks` */
  readonly path: string;
  /** The last name in the path: `cidrBlocks`, also for the members of its list. */
  readonly name: string;
  readonly value: unknown;
}

export type Inputs = Readonly<Record<string, unknown>>;

/**
 * Takes the place of a value that a preview does not know. It is given, and it is no wildcard,
 * account or number: no rule refuses it.
 */
export const unknown = "(known in the deployment)";

/**
 * Returns true for a value that is not empty, zero or false; also for one that is not known yet.
 */
export const isGiven = (value: unknown): boolean => Boolean(value);

/**
 * Copies a resource's inputs. The policy SDK throws an error when a value is read that a preview
 * does not know.
 */
export function readInputs(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.keys(inputs).map((key) => [key, readValue(inputs, key)]));
}

function readValue(holder: Inputs, key: string): unknown {
  try {
    const value = holder[key];
    if (Array.isArray(value)) return Object.keys(value).map((index) => readValue(value as unknown as Inputs, index));
    return isPlain(value) ? readInputs(value) : value;
  } catch {
    return unknown;
  }
}

/** Reads a value inside of objects; one inside of an unknown value is unknown too. */
export const readPath = (inputs: unknown, path: string): unknown =>
  path.split(".").reduce((value, name) => (isPlain(value) ? value[name] : value && unknown), inputs);

/** Lists everything in a resource's inputs, at any depth. */
export function listInputs(inputs: Inputs, before = "", list?: string): Input[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const path = before + key;
    const name = list ?? key;
    const inside = Array.isArray(value) ? name : undefined;
    const more = inside || isPlain(value) ? listInputs(value as Inputs, `${path}.`, inside) : [];
    return [{ path, name, value }, ...more];
  });
}

/** Not an asset or another class of the SDK. */
const isPlain = (value: unknown): value is Inputs =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
