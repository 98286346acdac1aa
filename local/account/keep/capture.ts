import { type FileNames, hasFixedItems, isKept, type Kept, keptAs, keptLater } from "../content/kept";
import { Again, Items, Later, Shape, Tape, token } from "./tape";

/** The values of a service's state are far less deep; a list whose items refer to each other would be deeper. */
export const deepest = 2_000;

/** An object with more keys is more likely a table, whose keys are not those of the next object. */
const mostShared = 32;

/** Finds the shape of an object by its keys, one after the other: most objects have the shape of the one before. */
class ShapeTree {
  readonly #bare: boolean;
  readonly #keys: readonly string[];
  readonly #next = new Map<string, ShapeTree>();
  #lastKey: string | undefined;
  #last: ShapeTree | undefined;
  #shape: Shape | undefined;

  constructor(bare: boolean, keys: readonly string[] = []) {
    this.#bare = bare;
    this.#keys = keys;
  }

  get shape(): Shape {
    this.#shape ??= new Shape(this.#keys, this.#bare);
    return this.#shape;
  }

  with(key: string): ShapeTree {
    if (this.#lastKey === key && this.#last) return this.#last;
    let found = this.#next.get(key);
    if (!found) {
      found = new ShapeTree(this.#bare, [...this.#keys, key]);
      this.#next.set(key, found);
    }
    this.#lastKey = key;
    this.#last = found;
    return found;
  }
}

type Plain = Readonly<Record<string, unknown>>;

/** Writes values on tapes. Plain objects, lists, maps, sets, dates, bigints and bytes are kept; instances must be `Kept`. */
abstract class Walk {
  readonly #ordinary = new ShapeTree(false);
  readonly #bare = new ShapeTree(true);
  /** The path of the present value. */
  protected readonly trail: (string | number)[] = [];
  protected tape = new Tape();

  /** Notes an object; true if it was noted before, and a reference to it was written. */
  protected abstract repeats(value: object): boolean;
  protected abstract instance(value: Kept): void;
  protected abstract collection(kind: Items["kind"], value: object): boolean;
  /** Called for each plain object. */
  protected see(_value: Plain, _shape: Shape): void {}

  protected inside(step: string | number, value: unknown): void {
    // Most values of a large state are these.
    if (typeof value === "string" || typeof value === "number") {
      this.tape.push(value);
      return;
    }
    if (this.trail.push(step) > deepest) throw this.refusal(`nested deeper than ${deepest} levels`);
    if (typeof value === "function" || typeof value === "symbol") throw this.refusal(`a ${typeof value}`);
    if (typeof value === "object" && value !== null) this.#reference(value);
    else this.tape.push(value);
    this.trail.pop();
  }

  #reference(value: object): void {
    // A date is a value: two objects that share it get one each.
    if (value instanceof Date) {
      this.tape.push(token.date);
      this.tape.push(value.getTime());
    } else if (this.repeats(value)) return;
    else if (ArrayBuffer.isView(value)) this.tape.push(value);
    else if (isKept(value)) this.instance(value);
    else if (Array.isArray(value)) this.#list(value);
    else if (value instanceof Map) this.#map(value);
    else if (value instanceof Set) this.#set(value);
    else this.#object(value);
  }

  protected refusal(what: string): Error {
    const { length } = this.trail;
    const trail = length > 20 ? [...this.trail.slice(0, 10), "…", ...this.trail.slice(-10)] : this.trail;
    return new Error(`The account's state cannot be kept: ${trail.join(" / ")} is ${what}.`);
  }

  #list(value: readonly unknown[]): void {
    if (this.collection("list", value)) return;
    this.tape.push(token.list);
    this.tape.push(value.length);
    for (let i = 0; i < value.length; i++) this.inside(i, value[i]);
  }

  #map(value: ReadonlyMap<unknown, unknown>): void {
    if (this.collection("map", value)) return;
    this.tape.push(token.map);
    this.tape.push(value.size);
    for (const [key, each] of value) {
      this.inside("a key", key);
      this.inside(typeof key === "object" ? "a value" : String(key), each);
    }
  }

  #set(value: ReadonlySet<unknown>): void {
    if (this.collection("set", value)) return;
    this.tape.push(token.set);
    this.tape.push(value.size);
    for (const each of value) this.inside("an item", each);
  }

  #object(value: object): void {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw this.refusal(`an instance of ${value.constructor?.name || "a class without a name"}`);
    }
    const shape = this.#shapeOf(value, prototype === null);
    this.tape.push(shape);
    this.see(value as Plain, shape);
    // Known key: one of its own.
    for (const key of shape.keys) this.inside(key, (value as Plain)[key]);
  }

  #shapeOf(value: object, bare: boolean): Shape {
    const keys = Object.keys(value);
    if (keys.length > mostShared) return new Shape(keys, bare);
    let tree = bare ? this.#bare : this.#ordinary;
    for (const key of keys) tree = tree.with(key);
    return tree.shape;
  }
}

/** The state at one moment, in parts. */
export interface Captured {
  readonly parts: ReadonlyMap<string, Tape>;
  /** The number of different resources that were seen. */
  readonly resources: number;
}

/**
 * Captures the state at this moment; a part can refer to objects of the parts before it. Throws for a value that cannot
 * be kept, with its place. This is the only work of a save that stops everything else, so it does as little as possible:
 * it goes through what can change, and takes references to what cannot. Memory: the rule is 8 bytes for each value that
 * can change and for each item that cannot, until the next save, and during the capture a number for each object. Texts
 * and bytes are never copied, so a save needs a fraction of the memory that the state itself has.
 */
export function captureState(values: Iterable<readonly [part: string, value: unknown]>, files: FileNames): Captured {
  const capture = new Capture(files);
  for (const [part, value] of values) capture.add(part, value);
  return { parts: capture.parts, resources: capture.arns.size };
}

class Capture extends Walk {
  readonly parts = new Map<string, Tape>();
  readonly #files: FileNames;
  /** The number of each object among those of all parts. */
  readonly #known = new Map<object, number>();
  /** The index of each part's first object. */
  readonly #starts: [name: string, start: number][] = [];
  readonly arns = new Set<string>();

  constructor(files: FileNames) {
    super();
    this.#files = files;
  }

  add(name: string, root: unknown): void {
    this.#starts.push([name, this.#known.size]);
    this.tape = new Tape();
    this.parts.set(name, this.tape);
    this.inside(name, root);
  }

  protected override see(value: Plain): void {
    if (typeof value.arn === "string") this.arns.add(value.arn);
  }

  protected override repeats(value: object): boolean {
    const index = this.#known.get(value);
    if (index === undefined) {
      this.#known.set(value, this.#known.size);
      return false;
    }
    const [part = "", start = 0] = this.#starts.findLast(([, first]) => first <= index) ?? [];
    this.tape.push(new Again(index - start, part === this.#starts.at(-1)?.[0] ? undefined : part));
    return true;
  }

  protected override instance(value: Kept): void {
    if (value[keptLater]) {
      this.tape.push(new Later(value));
      return;
    }
    const [name, data] = value[keptAs](this.#files);
    this.tape.push(token.kept);
    this.tape.push(name);
    this.inside(`(${name})`, data);
  }

  protected override collection(kind: Items["kind"], value: object): boolean {
    if (!hasFixedItems(value)) return false;
    if (Array.isArray(value)) this.tape.push(new Items(kind, value.slice()));
    else if (value instanceof Map) this.tape.push(new Items(kind, [...value.values()], [...value.keys()]));
    else this.tape.push(new Items(kind, [...(value as ReadonlySet<unknown>)]));
    return true;
  }
}

/** Writes contents that never change: as trees, without references between their objects. */
export class Expansion extends Walk {
  /** Writes a value on an empty tape. */
  expand(where: string, value: unknown, tape: Tape): void {
    this.tape = tape;
    this.trail.length = 0;
    this.inside(where, value);
  }

  protected override repeats(): boolean {
    return false;
  }
  protected override collection(): boolean {
    return false;
  }
  protected override instance(value: Kept): void {
    if (!value[keptLater]) throw this.refusal("an instance that can change, in something that cannot");
    this.tape.push(new Later(value));
  }
}
