import { stream } from "../../local/account/aws/random";

/**
 * A group of pets in the catalogue: all animals of the same species, breed, size and age are one
 * item.
 */
export interface CatalogueItem {
  /** Opaque: it is never parsed. */
  readonly itemId: string;
  /** `1` cat, `2` dog. */
  readonly type: string;
  /** `1` … `5`. */
  readonly age: string;
  /** `1` … `5`. */
  readonly size: string;
  readonly breed: string;
  readonly value: string;
}

/** Options of `generate`; the defaults give the committed seed. */
export interface GeneratorOptions {
  readonly seed?: number;
  readonly users?: number;
  /** Mean length of an ordinary history, in events. */
  readonly meanLength?: number;
  readonly heavyShare?: number;
  readonly heavyFactor?: number;
  /** Longest history, in events. */
  readonly cap?: number;
  /** Length of the period. */
  readonly days?: number;
  /** Start of the period, epoch seconds. */
  readonly epoch?: number;
  /** Weight of the preferences; with 0 all visitors are alike. */
  readonly beta?: number;
  readonly pop?: number;
  /** Probability that a session looks for one breed, size or age. */
  readonly focus?: number;
  readonly focusBonus?: number;
  /** Probability that an event returns to an item seen before. */
  readonly repeat?: number;
  readonly repeatDecay?: number;
  /** Probability that a session changes the visitor's preferences. */
  readonly drift?: number;
  /** Share of items that appear during the period. */
  readonly cold?: number;
  /** Share of events without any preference. */
  readonly noise?: number;
  readonly sessionMean?: number;
  readonly gapDays?: number;
  readonly inGapSec?: number;
}

export const defaults: Required<GeneratorOptions> = {
  seed: 1,
  users: 4000,
  meanLength: 8,
  heavyShare: 0.15,
  heavyFactor: 3,
  cap: 150,
  days: 42,
  epoch: 1717200000,
  beta: 1,
  pop: 0.8,
  focus: 0.6,
  focusBonus: 1.8,
  repeat: 0.12,
  repeatDecay: 0.8,
  drift: 0.15,
  cold: 0.05,
  noise: 0.1,
  sessionMean: 4.5,
  gapDays: 3.5,
  inGapSec: 172.8,
};

export const dimensions = 4;
const clusters = 7;
const secondsPerDay = 86_400;

/**
 * The catalogue with everything that visitors' choices depend on. Items are in id order; `breed`
 * indexes `breedPoints`.
 */
export interface World {
  readonly items: readonly CatalogueItem[];
  readonly size: Float64Array;
  readonly age: Float64Array;
  readonly isCat: readonly boolean[];
  readonly breed: Int32Array;
  readonly breedPoints: readonly (readonly number[])[];
  readonly popularity: Float64Array;
  /** Epoch seconds. */
  readonly created: Float64Array;
  /** True for an item that appears only during the period. */
  readonly cold: readonly boolean[];
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Draws the popularity of breeds and items, the breeds' positions in a space of preferences, and
 * the items' creation times.
 */
export function drawWorld(catalogue: readonly CatalogueItem[], options: Required<GeneratorOptions>): World {
  const random = stream(`${options.seed}/world`);
  const items = [...catalogue].sort((a, b) => byCodeUnits(a.itemId, b.itemId));
  const breedKey = (item: CatalogueItem) => `${item.type} ${item.breed}`;
  const breeds = [...new Set(items.map(breedKey))].sort(byCodeUnits);
  const breed = Int32Array.from(items, (item) => breeds.indexOf(breedKey(item)));

  const breedPopularity = new Map<string, number>();
  for (const species of ["1 ", "2 "]) {
    const ofSpecies = breeds.filter((name) => name.startsWith(species));
    random.perm(ofSpecies.length).forEach((position, rank) => {
      breedPopularity.set(ofSpecies[position] ?? "", -Math.log(rank + 1));
    });
  }

  const size = Float64Array.from(items, (item) => Number(item.size));
  const age = Float64Array.from(items, (item) => Number(item.age));
  const popularity = Float64Array.from(items, (item, i) => {
    const ageMiss = ((age[i] ?? 0) - 2) / 1.6;
    const sizeMiss = ((size[i] ?? 0) - 2.6) / 1.7;
    const mean = (breedPopularity.get(breedKey(item)) ?? 0) - 0.5 * ageMiss * ageMiss - 0.5 * sizeMiss * sizeMiss;
    return options.pop * mean + 0.35 * random.normal();
  });

  const point = (centre: readonly number[], spread: number) => centre.map((x) => x + spread * random.normal());
  const origin = new Array<number>(dimensions).fill(0);
  const centres = Array.from({ length: clusters }, () => point(origin, 1.4));
  const breedPoints = breeds.map(() => point(centres[random.int(clusters)] ?? origin, 0.5));

  const arrivals = items.map(() => {
    const chance = random.u();
    const fraction = random.uniform(0.6, 0.95);
    return chance < options.cold ? fraction * options.days : undefined;
  });
  // All other items are at least 60 days old: the service's default cut-off for new items is 30
  // days.
  const created = Float64Array.from(arrivals, (arrival) =>
    arrival === undefined
      ? options.epoch - secondsPerDay * (60 + random.int(661))
      : options.epoch + Math.floor(arrival * secondsPerDay),
  );

  return {
    items,
    size,
    age,
    isCat: items.map((item) => item.type === "1"),
    breed,
    breedPoints,
    popularity,
    created,
    cold: arrivals.map((arrival) => arrival !== undefined),
  };
}
