import { type Content, ContentWriter } from "../../../content/content";
import { keptAs, keptLater, restoreKept } from "../../../content/kept";
import { decodeValue, encodeValue } from "../../../keep/value";
import type { TrainedModel } from "../recommender/data/types";

/** Models in memory: those that serve. A version is kept for ever, and each has a model of some megabytes. */
const most = 8;

/** The inside of a model: in memory while it is among the last ones that were used, then in a deleted file. */
class CachedInside {
  #inside: unknown;
  #stored: Content | undefined;

  constructor(inside?: object, stored?: Content) {
    this.#inside = inside;
    this.#stored = stored;
  }

  [keptAs]() {
    this.#stored ??= store(this.#inside);
    return ["personalize inside", this.#stored] as const;
  }
  /** The inside never changes, and is kept as a content. */
  [keptLater]() {
    return undefined;
  }
  static restore(cached: CachedInside, stored: Content): void {
    cached.#stored = stored;
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

restoreKept("personalize inside", { make: () => new CachedInside(), fill: CachedInside.restore });

function store(inside: unknown): Content {
  const writer = new ContentWriter();
  for (const piece of encodeValue(inside)) writer.write(piece);
  return writer.end();
}

/** The last one used is the last. */
const used: CachedInside[] = [];

function use(cached: CachedInside): void {
  if (used.at(-1) === cached) return;
  const index = used.indexOf(cached);
  if (index >= 0) used.splice(index, 1);
  used.push(cached);
  if (used.length > most) used.shift()?.putAway();
}

/** Two solutions over the same data have one model. */
const cachedInsides = new WeakMap<object, CachedInside>();

/** A model whose inside is read from a file when it has not been used for long. */
export function cacheModel(model: TrainedModel): TrainedModel {
  const { inside, ...rest } = model;
  if (typeof inside !== "object" || inside === null) return model;
  const cached = cachedInsides.get(inside) ?? new CachedInside(inside);
  cachedInsides.set(inside, cached);
  use(cached);
  return attachInside(cached, rest as Outside, {});
}

type Outside = Omit<TrainedModel, "inside">;

/** Gives `model` the outside as it is, and the inside from the cache. */
function attachInside(cached: CachedInside, outside: Outside, model: object): TrainedModel {
  Object.assign(model, outside);
  Object.defineProperty(model, "inside", { enumerable: true, get: () => cached.get() });
  // Not enumerable: it is no part of the model.
  Object.defineProperty(model, keptAs, { value: () => ["personalize model", { cached, outside }] });
  return model as TrainedModel;
}

restoreKept("personalize model", {
  make: () => ({}),
  fill: (model: object, { cached, outside }: { cached: CachedInside; outside: Outside }) =>
    void attachInside(cached, outside, model),
});
