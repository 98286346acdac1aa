import { type RandomStream, stream } from "../../../../aws/random";
import type { Column } from "../data/columns";
import { type Corpus, historyOf } from "../data/corpus";
import { historyLimit } from "./evidence";
import { fitMixture, Predictor, partNames } from "./mixture";

/** Settings by which the events are chosen that a mixture's weights explain. */
interface WeightSettings {
  readonly seed: number;
  readonly recency: boolean;
  /**
   * True for an item-to-item recipe: only the newest item is known, and it is not its own
   * successor.
   */
  readonly newestOnly: boolean;
  /** The part that explains nothing, to see what the others reach. */
  readonly without?: string;
}

/** The weights of a mixture, and how they were found. */
interface FittedWeights {
  readonly weights: Float64Array;
  readonly events: number;
  /** The mean logarithm of the probability of an asked event. */
  readonly logLikelihood: number;
}

/** An asked event: what was known before it, and the item that followed. */
interface Event {
  readonly history: Int32Array;
  readonly item: number;
  readonly reward: number;
}

const mostEvents = 1000;
/** The share of the users who are asked. */
const askedShare = 1 / 4;

/**
 * Finds the weights with which a mixture, fitted on most of the users, predicts the others best.
 * Users whom its parts know would make the memory of histories look better than it is.
 */
export function fitWeights(
  corpus: Corpus,
  users: Int32Array,
  columns: readonly Column[],
  settings: WeightSettings,
): FittedWeights {
  const random = stream(`weights/${settings.seed}`);
  const shuffled = Int32Array.from(random.perm(users.length), (position) => users[position] ?? 0);
  const middle = Math.ceil(askedShare * shuffled.length);
  const events = drawEvents(corpus, shuffled.subarray(0, middle), settings, random);
  const weights = new Float64Array(partNames.length);
  const { recency } = settings;
  const predictor = new Predictor(fitMixture(corpus, shuffled.subarray(middle), columns, { recency, weights }));
  const answers = events.map(({ history, item, reward }) => ({
    reward,
    chances: predictor.explain(history, item).map((chance, k) => (partNames[k] === settings.without ? 0 : chance)),
  }));
  return { ...maximiseLikelihood(answers), events: events.length };
}

/** Draws some of each user's five newest events with a history; none that is worth nothing. */
function drawEvents(corpus: Corpus, users: Int32Array, { newestOnly }: WeightSettings, random: RandomStream): Event[] {
  const events: Event[] = [];
  for (const user of users) {
    const all = historyOf(corpus, user);
    for (let p = Math.max(1, all.length - 5); p < all.length; p++) {
      const reward = corpus.rewards?.[(corpus.start[user] ?? 0) + p] ?? 1;
      if (reward === 0 || (newestOnly && all[p] === all[p - 1])) continue;
      const from = newestOnly ? p - 1 : Math.max(0, p - historyLimit);
      events.push({ history: all.subarray(from, p), item: all[p] ?? 0, reward });
    }
  }
  return random
    .perm(events.length)
    .slice(0, mostEvents)
    .flatMap((drawn) => events[drawn] ?? []);
}

/** An asked event's reward, and its probability by each part. */
interface Answer {
  readonly reward: number;
  readonly chances: readonly number[];
}

const steps = 100;

/**
 * Expectation maximisation: each part gets the share of each event that it explains, and its weight
 * is the mean of its shares. The likelihood grows with each step, to its only maximum. Each part
 * explains one event more than it does, so that few events rule out no part.
 */
function maximiseLikelihood(answers: readonly Answer[]): Pick<FittedWeights, "weights" | "logLikelihood"> {
  const parts = partNames.length;
  const total = answers.reduce((sum, { reward }) => sum + reward, 0);
  let weights = new Float64Array(parts).fill(1 / parts);
  let logLikelihood = 0;
  for (let step = 0; step < steps; step++) {
    const explained = new Float64Array(parts).fill(1);
    logLikelihood = 0;
    for (const { reward, chances } of answers) {
      const chance = chances.reduce((sum, one, k) => sum + (weights[k] ?? 0) * one, 0);
      logLikelihood += reward * Math.log(chance);
      chances.forEach((one, k) => {
        explained[k] = (explained[k] ?? 0) + (reward * (weights[k] ?? 0) * one) / chance;
      });
    }
    weights = explained.map((amount) => amount / (total + parts));
  }
  return { weights, logLikelihood: logLikelihood / total };
}
