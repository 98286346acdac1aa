const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The rest of a name with dots, and the value that the name has. */
class Rest {
  constructor(
    readonly name: string,
    readonly from: number,
    readonly value: unknown,
  ) {}
}

/**
 * A value of an event or a pattern in which each name with dots is objects in objects: EventBridge takes
 * `{"state.status": 1}` and `{"state": {"status": 1}}` for the same (recorded on AWS: localstack's snapshots
 * dot_joining_pattern and dot_joining_event). A name is divided as far as a pattern reads it, and once for all patterns,
 * because an event may have a name of a million dots.
 */
export class EventValue {
  /** Everything that names an object, in order. */
  readonly #sources: unknown[] = [];
  readonly #value: unknown;
  #fields: ReadonlyMap<string, EventValue> | undefined;
  #elements: readonly EventValue[] | undefined;

  private constructor(value: unknown) {
    if (value instanceof Rest || isFields(value)) this.#sources.push(value);
    else this.#value = value;
  }

  /** The same object for the same event, so that all rules share what one of them has read. */
  static of(value: unknown): EventValue {
    if (!isFields(value)) return new EventValue(value);
    const known = read.get(value) ?? new EventValue(value);
    read.set(value, known);
    return known;
  }

  get isObject(): boolean {
    return this.#sources.length > 0;
  }

  get isList(): boolean {
    return Array.isArray(this.#value);
  }

  /** A text, a number, a boolean or null; an empty object for every object. */
  get plain(): unknown {
    return this.isObject ? anyObject : this.#value;
  }

  /** The members of an object, whose names have no dots. */
  get fields(): ReadonlyMap<string, EventValue> {
    this.#fields ??= this.#readFields();
    return this.#fields;
  }

  /** The elements of a list, and of the lists in it; of any other value itself. */
  get elements(): readonly EventValue[] {
    this.#elements ??= Array.isArray(this.#value)
      ? this.#value.flat(Number.POSITIVE_INFINITY).map((element) => new EventValue(element))
      : [this];
    return this.#elements;
  }

  #readFields(): Map<string, EventValue> {
    const fields = new Map<string, EventValue>();
    const add = (name: string, from: number, value: unknown) => {
      const dot = name.indexOf(".", from);
      const field = dot === -1 ? name.slice(from) : name.slice(from, dot);
      const part = dot === -1 ? value : new Rest(name, dot + 1, value);
      const known = fields.get(field);
      // Two objects are one; of other values the last one counts.
      if (known?.isObject && (part instanceof Rest || isFields(part))) known.#sources.push(part);
      else fields.set(field, new EventValue(part));
    };
    for (const source of this.#sources) {
      if (source instanceof Rest) add(source.name, source.from, source.value);
      else if (isFields(source)) for (const [name, value] of Object.entries(source)) add(name, 0, value);
    }
    return fields;
  }
}

const anyObject = Object.freeze({});
const read = new WeakMap<object, EventValue>();
