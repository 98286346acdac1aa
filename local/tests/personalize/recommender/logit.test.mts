import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../account/aws/random.ts";
import {
  factorInPlace,
  solveFactored,
} from "../../../account/services/personalize/recommender/stage1/positive-definite.ts";
import {
  addUtilities,
  type Choices,
  computeDerivatives,
  fitLogit,
  standardise,
} from "../../../account/services/personalize/recommender/stage2/logit.ts";

/** Two events, three candidates, two features; stored feature by feature. */
const worked: Choices = {
  events: 2,
  candidates: 3,
  features: 2,
  x: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0),
  chosen: Int32Array.of(0, 1),
};

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits = 5) {
  expected.forEach((value, i) => {
    expect(actual[i], `position ${i}`).toBeCloseTo(value, digits);
  });
}

test("gradient and curvature at zero are the worked example's", () => {
  const { gradient, curvature } = computeDerivatives(worked, new Float64Array(6), new Float64Array(2), 1e-3);
  expectClose(gradient, [1, 0], 6);
  expectClose(curvature, [0.446444, -0.222222, -0.222222, 0.446444], 6);
});

test("the first step and the optimum are the worked example's", () => {
  const reached: number[] = [];
  const fit = fitLogit(worked, 1e-3, (objective) => reached.push(objective));
  expect(reached[0]).toBeCloseTo(-0.499383, 5);
  expect(reached.at(-1)).toBeGreaterThan(2 * -0.05805);
  // The stop rule ends near the optimum, where the objective is flat.
  expect(fit.weights[0]).toBeCloseTo(7.935, 1);
  expect(fit.weights[1]).toBeCloseTo(3.762, 1);
});

const choices = fc
  .record({
    events: fc.integer({ min: 1, max: 6 }),
    candidates: fc.integer({ min: 2, max: 7 }),
    features: fc.integer({ min: 1, max: 6 }),
  })
  .chain(({ events, candidates, features }) =>
    fc.record({
      events: fc.constant(events),
      candidates: fc.constant(candidates),
      features: fc.constant(features),
      x: fc
        .array(fc.integer({ min: -8, max: 8 }), {
          minLength: events * candidates * features,
          maxLength: events * candidates * features,
        })
        .map((values) => Float32Array.from(values, (value) => value / 4)),
      chosen: fc
        .array(fc.nat(candidates - 1), { minLength: events, maxLength: events })
        .map((values) => Int32Array.from(values)),
      importances: fc
        .array(fc.integer({ min: 1, max: 9 }), { minLength: events, maxLength: events })
        .map((raw) => Float64Array.from(raw, (one) => (one * events) / raw.reduce((sum, other) => sum + other, 0))),
    }),
  );

test("the objective never falls", () => {
  fc.assert(
    fc.property(choices, (data) => {
      const start = -data.events * Math.log(data.candidates);
      const reached = [start];
      fitLogit(data, 1e-3, (objective) => reached.push(objective));
      expect(reached).toEqual([...reached].sort((a, b) => a - b));
    }),
  );
});

/** The penalised log-likelihood, written plainly. */
function objectiveOf(data: Choices, weights: Float64Array, l2: number): number {
  const utilities = new Float64Array(data.events * data.candidates);
  addUtilities(data, weights, utilities);
  let total = -0.5 * l2 * data.events * weights.reduce((sum, w) => sum + w * w, 0);
  for (let n = 0; n < data.events; n++) {
    const own = utilities.subarray(n * data.candidates, (n + 1) * data.candidates);
    const logLikelihood = (own[data.chosen[n] ?? 0] ?? 0) - Math.log(own.reduce((sum, u) => sum + Math.exp(u), 0));
    total += (data.importances?.[n] ?? 1) * logLikelihood;
  }
  return total;
}

test("gradient and curvature are the objective's finite differences", () => {
  fc.assert(
    fc.property(choices, fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 6, maxLength: 6 }), (data, raw) => {
      const l2 = 0.1;
      const weights = Float64Array.from({ length: data.features }, (_, k) => (raw[k] ?? 0) / 8);
      const gradientAt = (w: Float64Array) => {
        const utilities = new Float64Array(data.events * data.candidates);
        addUtilities(data, w, utilities);
        return computeDerivatives(data, utilities, w, l2);
      };
      const { gradient, curvature } = gradientAt(weights);
      const h = 1e-4;
      for (let k = 0; k < data.features; k++) {
        const moved = (by: number) => weights.map((w, i) => (i === k ? w + by : w));
        expect(gradient[k]).toBeCloseTo(
          (objectiveOf(data, moved(h), l2) - objectiveOf(data, moved(-h), l2)) / (2 * h),
          4,
        );
        for (let m = 0; m < data.features; m++) {
          const difference =
            ((gradientAt(moved(h)).gradient[m] ?? 0) - (gradientAt(moved(-h)).gradient[m] ?? 0)) / (2 * h);
          expect(curvature[k * data.features + m]).toBeCloseTo(-difference, 3);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("the curvature is positive definite, however large the features of unlikely candidates are", () => {
  const unlikely = 1_000;
  const data: Choices = {
    events: 1,
    candidates: 1 + unlikely,
    features: 1,
    x: Float32Array.from({ length: 1 + unlikely }, (_, j) => (j === 0 ? 0 : 100)),
    chosen: Int32Array.of(0),
  };
  const utilities = Float64Array.from({ length: 1 + unlikely }, (_, j) => (j === 0 ? 0 : Math.log(0.9e-5)));
  expect(computeDerivatives(data, utilities, new Float64Array(1), 1e-3).curvature[0]).toBeGreaterThan(0);
});

test("standardised features have mean 0 and deviation 1; one that never varies becomes 0", () => {
  const data: Choices = {
    events: 2,
    candidates: 2,
    features: 2,
    x: Float32Array.of(1, 2, 7, 7, 3, 6, 7, 7),
    chosen: Int32Array.of(0, 0),
  };
  const spreads = standardise(data);
  expect(spreads[1]).toBe(0);
  const first = [data.x[0], data.x[1], data.x[4], data.x[5]].map((value) => value ?? Number.NaN);
  expect(first.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
  expect(first.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 6);
  expect([data.x[2], data.x[3], data.x[6], data.x[7]]).toEqual([0, 0, 0, 0]);
  expect(fitLogit(data).weights[1]).toBe(0);
});

test("an offset shifts a candidate's utility: with the right offsets nothing is left to learn", () => {
  const x = Float32Array.of(1, 0);
  const data = (offsets: Float32Array): Choices => ({
    events: 1,
    candidates: 2,
    features: 1,
    x,
    chosen: Int32Array.of(0),
    offsets,
  });
  const free = fitLogit(data(Float32Array.of(0, 0))).weights[0] ?? 0;
  const weight = fitLogit(data(Float32Array.of(8, 0))).weights[0] ?? 0;
  expect(free).toBeGreaterThan(3);
  expect(weight).toBeLessThan(0.5);
});

test("many events start from the weights of some of them, and reach the optimum in a few steps", () => {
  const random = stream("logit");
  const [events, candidates, features] = [4_000, 5, 3];
  const data: Choices = {
    events,
    candidates,
    features,
    x: Float32Array.from({ length: events * candidates * features }, () => random.normal()),
    chosen: new Int32Array(events),
  };
  const utilities = new Float64Array(events * candidates);
  addUtilities(data, Float64Array.of(2, -1, 0.5), utilities);
  for (let n = 0; n < events; n++) {
    // The largest of utilities with Gumbel noise is a choice by the softmax.
    const own = utilities.subarray(n * candidates, (n + 1) * candidates);
    const noisy = Array.from(own, (utility) => utility - Math.log(random.exp(1)));
    data.chosen[n] = noisy.indexOf(Math.max(...noisy));
  }
  const { weights, iterations } = fitLogit(data);
  expect(iterations).toBeLessThanOrEqual(3);
  expectClose(weights, [2, -1, 0.5], 0);
  addUtilities(data, weights, utilities);
  const { gradient, curvature } = computeDerivatives(data, utilities, weights);
  const step = gradient.slice();
  factorInPlace(curvature, features);
  solveFactored(curvature, features, step);
  // The gain of a further step of Newton's method.
  const gain = 0.5 * step.reduce((sum, each, k) => sum + each * (gradient[k] ?? 0), 0);
  expect(gain / events).toBeLessThan(1e-6);
});
