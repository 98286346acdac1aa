/** A value anywhere in the inputs of a resource. */
export interface Input {
  /** `ingress.0.cidrBlocks` */
  readonly path: string;
  /** The last name in the path: `cidrBlocks`, also for the members of its list. */
  readonly name: string;
  readonly value: unknown;
  /** The object that has the name. */
  readonly holder: Holder;
}

/** Something in a preview whose value is not known before the deployment. */
export interface UnknownInput {
  readonly path: string;
  /** The policy SDK's error, which says so; it is thrown when the value is read. */
  readonly error: unknown;
}

/** Lists everything in a resource's inputs, at any depth. One unknown value does not hide the others. */
export function listInputs(inputs: Holder): { known: Input[]; unknown: UnknownInput[] } {
  const known: Input[] = [];
  const unknown: UnknownInput[] = [];
  /** `member` is set in a list: its members belong to the object that has the list. */
  const visit = (values: Holder, before: string, member?: Pick<Input, "name" | "holder">) => {
    for (const key of Object.keys(values)) {
      const path = before + key;
      const of = member ?? { name: key, holder: values };
      try {
        const value = values[key];
        known.push({ path, ...of, value });
        if (Array.isArray(value)) visit(value as unknown as Holder, `${path}.`, of);
        else if (isPlain(value)) visit(value, `${path}.`);
      } catch (error) {
        unknown.push({ path, error });
      }
    }
  };
  visit(inputs, "");
  return { known, unknown };
}

type Holder = Readonly<Record<string, unknown>>;

/** Not an asset or another class of the SDK. */
const isPlain = (value: unknown): value is Holder =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
