import { deserialize, serialize } from "node:v8";
import { type Content, ContentWriter } from "../../../endpoint/content";
import type { TrainedModel } from "../recommender/types";

/** Models in memory: those that serve. A version is kept for ever, and each has a model of some megabytes. */
const most = 8;

/** The inside of a model: in memory while it is among the last ones that were used, then in a deleted file. */
class Shelf {
  #inside: unknown;
  #stored: Content | undefined;

  constructor(inside: object) {
    this.#inside = inside;
  }

  get(): unknown {
    if (this.#stored) this.#inside ??= deserialize(this.#stored.bytes());
    use(this);
    return this.#inside;
  }

  putAway(): void {
    this.#stored ??= store(serialize(this.#inside));
    this.#inside = undefined;
  }
}

function store(bytes: Uint8Array): Content {
  const writer = new ContentWriter();
  writer.write(bytes);
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
  return {
    ...rest,
    get inside() {
      return shelf.get();
    },
  };
}
