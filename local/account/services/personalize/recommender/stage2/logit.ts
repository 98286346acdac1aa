import { computeDotBlock } from "../stage1/dot-block";
import { factorInPlace, solveFactored } from "../stage1/positive-definite";

/** Choices to learn from: in each event one of the candidates was taken. */
export interface Choices {
  readonly events: number;
  readonly candidates: number;
  readonly features: number;
  /** Feature k of candidate j in event n: `x[(n * features + k) * candidates + j]`. */
  readonly x: Float32Array;
  /** The candidate taken, per event. */
  readonly chosen: Int32Array;
  /** Added to each candidate's utility: corrects for candidates that represent many. `[n * candidates + j]`. */
  readonly offsets?: Float32Array;
  /** The weight of each event, 1 on average; absent: all alike. */
  readonly importances?: Float64Array;
}

interface LogitFit {
  readonly weights: Float64Array;
  /** Without the penalty, over all events. */
  readonly logLikelihood: number;
  readonly iterations: number;
}

interface Derivatives {
  readonly gradient: Float64Array;
  /** The negative Hessian: positive definite. Row-major. */
  readonly curvature: Float64Array;
}

const defaultPenalty = 1e-3;
/**
 * Candidates less likely than this are left out of the curvature but not of the gradient. They are left out of both its parts:
 * with their mean and without their squares it would not be positive definite.
 */
const negligible = 1e-5;

/** With fewer events a first fit on some of them costs more steps than it saves. */
const leastForFirstFit = 1_000;
/** The part of the events for the first fit: enough to come near the weights of all. */
const shareOfFirstFit = 1 / 8;
/** Per event. After a full step of Newton's method with so small a gain the next one would gain its square. */
const smallGain = 1e-3;

/**
 * Conditional logit, P(j) = softmax_j(x_j · w), fitted by Newton's method on the penalised log-likelihood Σ importance
 * · log P(chosen) − ½ · l2 · N · ‖w‖². `onStep` gets the objective after each accepted step. The step is halved until
 * the objective grows: the plain Newton iteration diverges on these data. The objective has one maximum, so that the start
 * changes only the number of steps: many events start from the weights of some of them.
 */
export function fitLogit(data: Choices, l2 = defaultPenalty, onStep?: (objective: number) => void): LogitFit {
  const first = data.events < leastForFirstFit ? undefined : fitLogit(takeEvents(data, shareOfFirstFit), l2);
  return climb(data, first?.weights ?? new Float64Array(data.features), l2, onStep);
}

/** The first events; the caller has put them in a random order. */
function takeEvents(data: Choices, share: number): Choices {
  const { candidates, features, x, chosen, offsets, importances } = data;
  const events = Math.ceil(data.events * share);
  return {
    events,
    candidates,
    features,
    x: x.subarray(0, events * features * candidates),
    chosen: chosen.subarray(0, events),
    ...(offsets && { offsets: offsets.subarray(0, events * candidates) }),
    ...(importances && { importances: importances.subarray(0, events) }),
  };
}

function climb(data: Choices, from: Float64Array, l2: number, onStep?: (objective: number) => void): LogitFit {
  const weights = from.slice();
  const utilities = new Float64Array(data.events * data.candidates);
  addUtilities(data, weights, utilities);
  for (let i = 0; i < utilities.length; i++) utilities[i] = (utilities[i] ?? 0) + (data.offsets?.[i] ?? 0);
  const change = new Float64Array(utilities.length);
  const penaltyOf = (w: Float64Array) => 0.5 * l2 * data.events * w.reduce((sum, x) => sum + x * x, 0);

  let objective = logLikelihood(data, utilities, change, 0) - penaltyOf(weights);
  let iterations = 0;
  while (iterations < 30) {
    const { gradient: step, curvature } = computeDerivatives(data, utilities, weights, l2);
    factorInPlace(curvature, data.features);
    solveFactored(curvature, data.features, step);
    addUtilities(data, step, change);

    let length = 1;
    let moved = weights;
    let reached = Number.NaN;
    for (; length > 1e-4; length /= 2) {
      const tried = length;
      moved = weights.map((w, k) => w + tried * (step[k] ?? 0));
      reached = logLikelihood(data, utilities, change, length) - penaltyOf(moved);
      if (reached > objective) break;
    }
    if (length <= 1e-4) break;
    iterations++;
    weights.set(moved);
    for (let i = 0; i < utilities.length; i++) utilities[i] = (utilities[i] ?? 0) + length * (change[i] ?? 0);
    const gain = reached - objective;
    objective = reached;
    onStep?.(objective);
    if (gain < (length === 1 ? smallGain : 1e-5) * data.events) break;
  }
  return { weights, logLikelihood: logLikelihood(data, utilities, change, 0), iterations };
}

/** Log-likelihood of utilities + length · change. */
function logLikelihood(data: Choices, utilities: Float64Array, change: Float64Array, length: number): number {
  let total = 0;
  for (let n = 0; n < data.events; n++) {
    const from = n * data.candidates;
    const to = from + data.candidates;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) top = Math.max(top, (utilities[i] ?? 0) + length * (change[i] ?? 0));
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.exp((utilities[i] ?? 0) + length * (change[i] ?? 0) - top);
    const taken = from + (data.chosen[n] ?? 0);
    const own = (utilities[taken] ?? 0) + length * (change[taken] ?? 0) - top - Math.log(sum);
    total += (data.importances?.[n] ?? 1) * own;
  }
  return total;
}

/** out = x · w, without the offsets. */
export function addUtilities({ events, candidates, features, x }: Choices, w: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let n = 0; n < events; n++) {
    const own = n * candidates;
    for (let k = 0; k < features; k++) {
      const weight = w[k] ?? 0;
      if (weight === 0) continue;
      const from = (n * features + k) * candidates;
      for (let j = 0; j < candidates; j++) out[own + j] = (out[own + j] ?? 0) + weight * (x[from + j] ?? 0);
    }
  }
}

/** Gradient and curvature of the penalised log-likelihood where the candidates have the given utilities. */
export function computeDerivatives(
  data: Choices,
  utilities: Float64Array,
  weights: Float64Array,
  l2 = defaultPenalty,
): Derivatives {
  const { events, candidates, features, x, importances } = data;
  const gradient = weights.map((w) => -l2 * events * w);
  const curvature = new Float64Array(features * features);
  const probabilities = new Float64Array(candidates);
  const expected = new Float64Array(features);
  const likely = new Int32Array(candidates);
  const roots = new Float64Array(candidates);
  const scaled = new Float64Array(features * candidates);
  const block = new Float64Array(8);

  for (let n = 0; n < events; n++) {
    softmaxInto(utilities, n * candidates, probabilities);
    const importance = importances?.[n] ?? 1;
    let count = 0;
    for (let j = 0; j < candidates; j++) {
      if ((probabilities[j] ?? 0) < negligible) continue;
      roots[count] = Math.sqrt(importance * (probabilities[j] ?? 0));
      likely[count++] = j;
    }

    for (let k = 0; k < features; k++) {
      const from = (n * features + k) * candidates;
      let mean = 0;
      for (let j = 0; j < candidates; j++) mean += (probabilities[j] ?? 0) * (x[from + j] ?? 0);
      gradient[k] = (gradient[k] ?? 0) + importance * ((x[from + (data.chosen[n] ?? 0)] ?? 0) - mean);
      let meanOfLikely = 0;
      for (let i = 0; i < count; i++) {
        const j = likely[i] ?? 0;
        scaled[k * candidates + i] = (roots[i] ?? 0) * (x[from + j] ?? 0);
        meanOfLikely += (probabilities[j] ?? 0) * (x[from + j] ?? 0);
      }
      expected[k] = Math.sqrt(importance) * meanOfLikely;
    }
    addCovariance(scaled, candidates, count, expected, curvature, block);
  }
  for (let a = 0; a < features; a++) {
    for (let b = 0; b < a; b++) curvature[a * features + b] = curvature[b * features + a] ?? 0;
    curvature[a * features + a] = (curvature[a * features + a] ?? 0) + l2 * events;
  }
  return { gradient, curvature };
}

function softmaxInto(utilities: Float64Array, from: number, out: Float64Array): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < out.length; j++) top = Math.max(top, utilities[from + j] ?? 0);
  let sum = 0;
  for (let j = 0; j < out.length; j++) {
    const share = Math.exp((utilities[from + j] ?? 0) - top);
    out[j] = share;
    sum += share;
  }
  for (let j = 0; j < out.length; j++) out[j] = (out[j] ?? 0) / sum;
}

/** Upper triangle += S Sᵀ − E Eᵀ. Rows of S have `stride`, of which the first `count` are used; `block` is workspace. */
function addCovariance(
  s: Float64Array,
  stride: number,
  count: number,
  expected: Float64Array,
  upper: Float64Array,
  block: Float64Array,
): void {
  const features = expected.length;
  for (let a = 0; a < features; a += 2) {
    for (let b = a; b < features; b += 4) {
      computeDotBlock(s, stride, a, b, features - 1, count, block);
      for (let cell = 0; cell < 8; cell++) {
        const row = a + (cell >> 2);
        const column = b + (cell & 3);
        if (row >= features || column >= features) continue;
        const at = row * features + column;
        upper[at] = (upper[at] ?? 0) + (block[cell] ?? 0) - (expected[row] ?? 0) * (expected[column] ?? 0);
      }
    }
  }
}

/**
 * Centres and scales every feature over all events and candidates, in place, and returns the spreads. A feature that
 * never varies becomes 0 and has spread 0.
 */
export function standardise({ events, candidates, features, x }: Choices): Float64Array {
  const count = events * candidates;
  const means = new Float64Array(features);
  const spreads = new Float64Array(features);
  const rows = events * features;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * candidates; i < (row + 1) * candidates; i++) sum += x[i] ?? 0;
    means[row % features] = (means[row % features] ?? 0) + sum / count;
  }
  for (let row = 0; row < rows; row++) {
    const mean = means[row % features] ?? 0;
    let sum = 0;
    for (let i = row * candidates; i < (row + 1) * candidates; i++) sum += ((x[i] ?? 0) - mean) * ((x[i] ?? 0) - mean);
    spreads[row % features] = (spreads[row % features] ?? 0) + sum / count;
  }
  for (let k = 0; k < features; k++) {
    const spread = Math.sqrt(spreads[k] ?? 0);
    spreads[k] = spread < 1e-7 ? 0 : spread;
  }
  for (let row = 0; row < rows; row++) {
    const mean = means[row % features] ?? 0;
    const scale = spreads[row % features] ? 1 / (spreads[row % features] ?? 1) : 0;
    for (let i = row * candidates; i < (row + 1) * candidates; i++) x[i] = ((x[i] ?? 0) - mean) * scale;
  }
  return spreads;
}
