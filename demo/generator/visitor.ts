import { type RandomStream, stream } from "../../local/account/aws/random";
import { dimensions, type GeneratorOptions, type World } from "./world";

/** One event: the item's index in the world and the time in epoch seconds. */
export interface VisitorEvent {
  readonly item: number;
  readonly timestamp: number;
  readonly eventType: string;
}

export interface Visitor {
  readonly events: readonly VisitorEvent[];
  /**
   * The 25 likeliest items at the first of the newest tenth of events: the list of a perfect model.
   */
  readonly oracle: readonly number[];
}

interface Preferences {
  /** Added to the value of cats and of dogs. */
  species: readonly [number, number];
  point: number[];
  size: number;
  age: number;
  sizeWidth: number;
  ageWidth: number;
}

interface Session {
  length: number;
  gapDays: number;
}

type Options = Required<GeneratorOptions>;

const secondsPerDay = 86_400;
const listLength = 25;

/**
 * Draws one visitor from separate random streams, so that adding visitors never changes earlier
 * ones.
 */
export function drawVisitor(world: World, options: Options, user: number): Visitor {
  const random = stream(`${options.seed}/user/${user}`);
  const eventType = createFunnel(stream(`${options.seed}/type/${user}`));

  const ordinary = random.u() < 1 - options.heavyShare;
  const drawn = ordinary
    ? random.geom(1 / options.meanLength)
    : random.poisson(options.heavyFactor * options.meanLength);
  const length = Math.min(options.cap, 1 + drawn);
  const oracleAt = length - Math.ceil(length / 10);

  const preferences = drawPreferences(random, world);
  const start = random.uniform(0, 0.8 * options.days);
  const sessions = drawSessions(random, options, length, start);

  const events: VisitorEvent[] = [];
  let oracle: readonly number[] = [];
  let now = Number.NEGATIVE_INFINITY;
  let day = start;
  for (const session of sessions) {
    day += session.gapDays;
    if (random.u() < options.drift) moveHalfWay(preferences, drawPreferences(random, world));
    const weights = computeWeights(random, world, options, preferences);
    now = Math.max(options.epoch + Math.floor(day * secondsPerDay), now + 1800);
    for (let i = 0; i < session.length; i++) {
      if (i > 0) now += 1 + Math.floor(random.exp(options.inGapSec));
      const chances = computeChances(world, options, weights, events, now);
      if (events.length === oracleAt) oracle = findLikeliest(chances, listLength);
      const item = random.pick(chances);
      events.push({ item, timestamp: now, eventType: eventType(item) });
    }
    day = Math.max(day, (now - options.epoch) / secondsPerDay);
  }
  return { events, oracle };
}

function drawPreferences(random: RandomStream, world: World): Preferences {
  const x = random.u();
  const species = x < 0.33 ? ([2.5, -2.5] as const) : x < 0.88 ? ([-2.5, 2.5] as const) : ([0, 0] as const);
  const favourite = world.breedPoints[random.int(world.breedPoints.length)] ?? [];
  return {
    species,
    point: favourite.map((coordinate) => coordinate + 0.3 * random.normal()),
    size: 2.8 + 1.3 * random.normal(),
    age: 2.2 + 1.3 * random.normal(),
    sizeWidth: random.uniform(0.4, 1.6),
    ageWidth: random.uniform(0.4, 1.6),
  };
}

/** Species and widths do not change: a visitor who looks for a dog continues to do so. */
function moveHalfWay(preferences: Preferences, towards: Preferences): void {
  preferences.point = preferences.point.map((coordinate, k) => (coordinate + (towards.point[k] ?? 0)) / 2);
  preferences.size = (preferences.size + towards.size) / 2;
  preferences.age = (preferences.age + towards.age) / 2;
}

function drawSessions(random: RandomStream, options: Options, length: number, start: number): Session[] {
  const sessions: Session[] = [];
  for (let left = length; left > 0; ) {
    const size = Math.min(left, random.geom(1 / options.sessionMean));
    sessions.push({ length: size, gapDays: sessions.length === 0 ? 0 : random.exp(options.gapDays) });
    left -= size;
  }
  const total = sessions.reduce((sum, session) => sum + session.gapDays, 0);
  const room = options.days - 0.25 - start;
  // Scaled, because clamping to the period's end would break the order of the events.
  if (total > room) for (const session of sessions) session.gapDays *= room / total;
  return sessions;
}

/**
 * e^U of every item for one session: popularity, preferences, and the session's focus, if it has
 * one.
 */
function computeWeights(random: RandomStream, world: World, options: Options, preferences: Preferences): Float64Array {
  const worth = new Float64Array(world.items.length);
  const breedMiss = world.breedPoints.map((point) => {
    let sum = 0;
    for (let k = 0; k < dimensions; k++) sum += ((preferences.point[k] ?? 0) - (point[k] ?? 0)) ** 2;
    return sum;
  });
  for (let i = 0; i < worth.length; i++) {
    const sizeMiss = (world.size[i] ?? 0) - preferences.size;
    const ageMiss = (world.age[i] ?? 0) - preferences.age;
    const liking =
      0.8 * (world.isCat[i] ? preferences.species[0] : preferences.species[1]) -
      0.35 * (breedMiss[world.breed[i] ?? 0] ?? 0) -
      0.3 * preferences.sizeWidth * sizeMiss * sizeMiss -
      0.3 * preferences.ageWidth * ageMiss * ageMiss;
    worth[i] = (world.popularity[i] ?? 0) + options.beta * liking;
  }
  const weights = exponentiate(worth);
  if (random.u() >= options.focus) return weights;

  const attributes: readonly ArrayLike<number>[] = [world.breed, world.size, world.age];
  const attribute = attributes[random.pick([0.6, 0.2, 0.2])] ?? world.breed;
  const value = attribute[random.pick(weights)];
  const bonus = Math.exp(options.focusBonus);
  return weights.map((weight, i) => (attribute[i] === value ? weight * bonus : weight));
}

function exponentiate(worth: Float64Array): Float64Array {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of worth) top = Math.max(top, value);
  const weights = new Float64Array(worth.length);
  for (let i = 0; i < worth.length; i++) weights[i] = Math.exp((worth[i] ?? 0) - top);
  return weights;
}

/** The true probability of every item at one moment. */
function computeChances(
  world: World,
  options: Options,
  weights: Float64Array,
  history: readonly VisitorEvent[],
  now: number,
): Float64Array {
  const isAvailable = (i: number) => !world.cold[i] || (world.created[i] ?? 0) <= now;
  let count = 0;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!isAvailable(i)) continue;
    count++;
    total += weights[i] ?? 0;
  }
  const repeat = history.length > 0 ? options.repeat : 0;
  // Loops, because calls of a function for each item and event take most of a generation's time.
  const chances = new Float64Array(weights.length);
  for (let i = 0; i < weights.length; i++) {
    if (!isAvailable(i)) continue;
    chances[i] = (1 - repeat) * ((1 - options.noise) * ((weights[i] ?? 0) / total) + options.noise / count);
  }
  if (repeat === 0) return chances;

  let decayed = 1;
  let sum = 0;
  for (let p = history.length - 1; p >= 0; p--, decayed *= options.repeatDecay) sum += decayed;
  decayed = 1;
  for (let p = history.length - 1; p >= 0; p--, decayed *= options.repeatDecay) {
    const item = history[p]?.item ?? 0;
    chances[item] = (chances[item] ?? 0) + (repeat * decayed) / sum;
  }
  return chances;
}

/**
 * The items with the highest chances, the first of equal ones first. Sorting all would take several
 * times as long.
 */
function findLikeliest(chances: Float64Array, count: number): number[] {
  const likeliest: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i] ?? 0;
    if (likeliest.length === count && chance <= least) continue;
    let place = likeliest.length;
    while (place > 0 && (chances[likeliest[place - 1] ?? 0] ?? 0) < chance) place--;
    likeliest.splice(place, 0, i);
    if (likeliest.length > count) likeliest.pop();
    least = chances[likeliest.at(-1) ?? 0] ?? 0;
  }
  return likeliest;
}

/**
 * Creates a function that chooses each event's type by how often the visitor came back to the item:
 * DetailView, then perhaps Favorite, then perhaps Application. It adds no events: with more rows
 * for the same item, "the same item again" would be the best prediction for most visitors.
 */
function createFunnel(random: RandomStream): (item: number) => string {
  const stages = new Map<number, string>();
  return (item) => {
    const chance = random.u();
    const stage = stages.get(item);
    const next =
      stage === "DetailView" && chance < 0.5
        ? "Favorite"
        : stage === "Favorite" && chance < 0.4
          ? "Application"
          : "DetailView";
    if (stage === undefined || next !== "DetailView") stages.set(item, next);
    return next;
  };
}
