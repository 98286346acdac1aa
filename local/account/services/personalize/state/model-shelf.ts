import { type Content, ContentWriter } from "../../../content/content";
import { keptAs, keptLater, restoreKept } from "../../../content/kept";
import { decodeValue, encodeValue } from "../../../keep/value";
import type { TrainedModel } from "../recommender/data/types";

/** Models in memory: those that serve. A version is kept for ever, and each has a model of some megabytes. */
const most = 8;

/** The inside of a model: in memory while it is among the last ones that were used, then in a deleted file. */
class Shelf {
  #inside: unknown;
  #stored: Content | undefined;

  constructor(inside?: object, stored?: Content) {
    this.#inside = inside;
    this.#stored = stored;
  }

  [keptAs]() {
    this.#stored ??= store(this.#inside);
    return ["personalize shelf", this.#stored] as const;
  }
  /** The inside never changes, and is kept as a content. */
  [keptLater]() {
    return undefined;
  }
  static restore(shelf: Shelf, stored: Content): void {
    shelf.#stored = stored;
  }

  get(): unknown {
    if (this.#stored) this.#inside ??= decodeValue(this.#stored.bytes());
    use(this);
    return this.#inside;
  }

  putAway(): void {
    this.#stored ??= store(this.#inside);
    this.#inside = undefined;
  }
}

restoreKept("personalize shelf", { make: () => new Shelf(), fill: Shelf.restore });

function store(inside: unknown): Content {
  const writer = new ContentWriter();
  for (const piece of encodeValue(inside)) writer.write(piece);
  return writer.end();
}

/** The last one used is the last. */
const used: Shelf[] = [];

function use(shelf: Shelf): void {
  if (used.at(-1) === shelf) return;
  const place = used.indexOf(shelf);
  if (place >= 0) used.splice(place, 1);
  used.push(shelf);
  if (used.length > most) used.shift()?.putAway();
}

/** Two solutions over the same data have one model. */
const shelves = new WeakMap<object, Shelf>();

/** A model whose inside is read from a file when it has not been used for long. */
export function shelve(model: TrainedModel): TrainedModel {
  const { inside, ...rest } = model;
  if (typeof inside !== "object" || inside === null) return model;
  const shelf = shelves.get(inside) ?? new Shelf(inside);
  shelves.set(inside, shelf);
  use(shelf);
  return putOn(shelf, rest as Outside, {});
}

type Outside = Omit<TrainedModel, "inside">;

/** Gives `model` what is outside, and what is inside by the shelf. */
function putOn(shelf: Shelf, outside: Outside, model: object): TrainedModel {
  // Known keys: the members of a trained model.
  Object.assign(model, outside);
  Object.defineProperty(model, "inside", { enumerable: true, get: () => shelf.get() });
  // Not enumerable: it is no part of the model.
  Object.defineProperty(model, keptAs, { value: () => ["personalize model", { shelf, outside }] });
  return model as TrainedModel;
}

restoreKept("personalize model", {
  make: () => ({}),
  fill: (model: object, { shelf, outside }: { shelf: Shelf; outside: Outside }) => void putOn(shelf, outside, model),
});
