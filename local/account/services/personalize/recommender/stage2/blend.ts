import { type RandomStream, stream } from "../../../../aws/random";
import type { Column } from "../data/columns";
import { type Corpus, historyOf } from "../data/corpus";
import { selectBest } from "../data/top";
import { fitItemModel, type ItemModel } from "../stage1/item-model";
import { exactLimit } from "../stage1/ridge";
import { chooseHalfLives, computeFeatures, type HalfLives, historyLimit, listFeatureNames } from "./features";
import { type Choices, fitLogit, standardise } from "./logit";

/** The settings of a solution's configuration for the fit. */
interface BlendSettings {
  readonly seed: number;
  /** True if newer events may count more. */
  readonly recency: boolean;
  /** True if the ridge's λ is searched. */
  readonly performHPO: boolean;
  /** True for an item-to-item recipe: only the newest item is known, and it is not its own successor. */
  readonly newestOnly?: boolean;
}

/** The weights of stage 2, for features as they come from `computeFeatures`, and how they were found. */
export interface Blend {
  readonly weights: Float64Array;
  readonly lambda: number;
  readonly events: number;
  readonly iterations: number;
  /** Mean per event, of users whom stage 1 had not seen. */
  readonly crossFitLogLikelihood: number;
}

/** An event of stage 2: what was known before it, and the item that followed. */
interface Event {
  readonly history: Int32Array;
  readonly item: number;
  readonly reward: number;
}

/** Numbers kept for stage 2 at once: 200 MB. With more candidates, fewer events are used. */
const storage = 5e7;
/** On the seed's visitors, 4,000 events give the same accuracy within its standard error; time is linear. */
const mostEvents = 1000;
/**
 * Above `exactLimit` items, this many of the likeliest and as many random ones represent all. On 3,000 generated items
 * the weights so found lose .0007 nat per held-out event against those of the full softmax.
 */
const sampledHalf = 500;

/**
 * Fits stage 2 on the given users, cross-fitted: the events of one half are seen through a stage 1 that was fitted on the
 * other half. A stage 1 that knows the users it is weighed on looks better than it is, and gets too much weight.
 */
export function fitBlend(
  corpus: Corpus,
  users: Int32Array,
  columns: readonly Column[],
  settings: BlendSettings,
  onProgress: (done: number) => void = () => {},
): Blend {
  const exact = corpus.itemIds.length <= exactLimit;
  const fallback = exact ? 30 : 100;
  const lambdas = settings.performHPO ? (exact ? [10, 30, 100] : [30, 100, 300]) : [fallback];
  let halves = 0;
  const onHalf = () => onProgress(++halves / (2 * lambdas.length));
  const fits = lambdas.map((lambda) => fitWith(lambda, corpus, users, columns, settings, onHalf));
  return fits.reduce((best, fit) => (fit.crossFitLogLikelihood > best.crossFitLogLikelihood ? fit : best));
}

function fitWith(
  lambda: number,
  corpus: Corpus,
  users: Int32Array,
  columns: readonly Column[],
  { seed, recency, newestOnly = false }: BlendSettings,
  onHalf: () => void,
): Blend {
  const random = stream(`blend/${seed}`);
  const lives = chooseHalfLives(recency);
  const shuffled = Int32Array.from(random.perm(users.length), (position) => users[position] ?? 0);
  const middle = shuffled.length >> 1;
  const halves = [shuffled.subarray(0, middle), shuffled.subarray(middle)] as const;

  const items = corpus.itemIds.length;
  const features = listFeatureNames(columns, lives).length;
  const candidates = items <= exactLimit ? items : 2 * sampledHalf;
  const most = Math.min(mostEvents, Math.floor(storage / (candidates * features)));
  const events = [
    sampleEvents(corpus, halves[0], random, most >> 1, newestOnly),
    sampleEvents(corpus, halves[1], random, most >> 1, newestOnly),
  ] as const;
  const data = emptyChoices(events.flat(), candidates, features, items > candidates);
  const fill = (from: number, own: readonly Event[], others: Int32Array) => {
    fillChoices(data, from, own, fitItemModel(corpus, others, columns, lambda), lives, random);
    onHalf();
  };
  fill(0, events[0], halves[1]);
  fill(events[0].length, events[1], halves[0]);
  if (data.events === 0) {
    return {
      weights: weighPopularityOnly(features),
      lambda,
      events: 0,
      iterations: 0,
      crossFitLogLikelihood: -Math.log(items),
    };
  }
  const spreads = standardise(data);
  const { weights, logLikelihood, iterations } = fitLogit(data);
  return {
    // The means cancel in the softmax and are not kept.
    weights: weights.map((weight, k) => (spreads[k] ? weight / spreads[k] : 0)),
    lambda,
    events: data.events,
    iterations,
    // The importances sum to the number of events.
    crossFitLogLikelihood: logLikelihood / data.events,
  };
}

const weighPopularityOnly = (features: number): Float64Array => new Float64Array(features).fill(1, 0, 1);

/** Draws at most `most` at random of each user's five newest events with a history; none that is worth nothing. */
function sampleEvents(
  corpus: Corpus,
  users: Int32Array,
  random: RandomStream,
  most: number,
  newestOnly: boolean,
): Event[] {
  // Only the events that are drawn are taken out of some millions; until then each is its user and position.
  const owners: number[] = [];
  const eligible: number[] = [];
  for (const user of users) {
    const all = historyOf(corpus, user);
    for (let p = Math.max(1, all.length - 5); p < all.length; p++) {
      if (readReward(corpus, user, p) === 0 || (newestOnly && all[p] === all[p - 1])) continue;
      owners.push(user);
      eligible.push(p);
    }
  }
  return random
    .perm(owners.length)
    .slice(0, most)
    .map((drawn) => {
      const p = eligible[drawn] ?? 0;
      const user = owners[drawn] ?? 0;
      const all = historyOf(corpus, user);
      return {
        history: all.subarray(newestOnly ? p - 1 : Math.max(0, p - historyLimit), p),
        item: all[p] ?? 0,
        reward: readReward(corpus, user, p),
      };
    });
}

const readReward = ({ rewards, start }: Corpus, user: number, p: number): number =>
  rewards?.[(start[user] ?? 0) + p] ?? 1;

function emptyChoices(all: readonly Event[], candidates: number, features: number, sampled: boolean) {
  const events = all.length;
  const total = all.reduce((sum, { reward }) => sum + reward, 0);
  return {
    events,
    candidates,
    features,
    x: new Float32Array(events * candidates * features),
    chosen: new Int32Array(events),
    importances: Float64Array.from(all, ({ reward }) => (reward * events) / total),
    ...(sampled && { offsets: new Float32Array(events * candidates) }),
  } satisfies Choices;
}

function fillChoices(
  data: ReturnType<typeof emptyChoices>,
  from: number,
  events: readonly Event[],
  model: ItemModel,
  lives: HalfLives,
  random: RandomStream,
): void {
  const items = model.counts.length;
  const all = new Float64Array(data.features * items);
  events.forEach(({ history, item }, index) => {
    const n = from + index;
    computeFeatures(model, history, lives, all);
    const start = n * data.features * data.candidates;
    if (!data.offsets) {
      data.x.set(all, start);
      data.chosen[n] = item;
      return;
    }
    const { candidates, offsets } = sampleCandidates(all, items, lives, item, random);
    for (let k = 0; k < data.features; k++) {
      candidates.forEach((candidate, j) => {
        data.x[start + k * data.candidates + j] = all[k * items + candidate] ?? 0;
      });
    }
    data.offsets.set(offsets, n * data.candidates);
    data.chosen[n] = candidates.indexOf(item);
  });
}

/** The likeliest by popularity and log ridge, and as many drawn from the rest, which count for all of the rest. */
function sampleCandidates(
  all: Float64Array,
  items: number,
  lives: HalfLives,
  taken: number,
  random: RandomStream,
): { candidates: Int32Array; offsets: Float32Array } {
  const logRidge = 1 + lives.ridge.length + Math.min(1, lives.ridge.length - 1);
  const popularity = standardiseValues(all.subarray(0, items));
  const ridge = standardiseValues(all.subarray(logRidge * items, (logRidge + 1) * items));
  const likely = selectBest(
    popularity.map((value, j) => value + (ridge[j] ?? 0)),
    sampledHalf,
  );
  const chosen = new Set(likely);
  while (chosen.size < 2 * sampledHalf) chosen.add(random.int(items));
  const candidates = Int32Array.from(chosen);
  if (!chosen.has(taken)) candidates[candidates.length - 1] = taken;
  const offsets = new Float32Array(candidates.length).fill(Math.log((items - sampledHalf) / sampledHalf), sampledHalf);
  return { candidates, offsets };
}

function standardiseValues(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (spread === 0 ? 0 : (value - mean) / spread));
}
