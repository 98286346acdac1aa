import { computeDotBlock } from "./dot-block";

/**
 * Symmetric positive definite matrices, row-major in one Float64Array of n². Every inner loop reads along rows, the
 * long ones several rows at once: this saves memory traffic, not arithmetic.
 */

const blockSize = 8;
const tileSize = 64;

/** Replaces the lower triangle by the Cholesky factor L. The upper triangle is left as it was. */
export function factorInPlace(a: Float64Array, n: number): void {
  const block = new Float64Array(8);
  for (let from = 0; from < n; from += blockSize) {
    const to = Math.min(from + blockSize, n);
    subtractEarlierColumns(a, n, from, to, block);
    for (let i = from; i < n; i++) {
      const last = Math.min(i, to - 1);
      for (let j = from; j <= last; j++) {
        let sum = a[i * n + j] ?? 0;
        for (let k = from; k < j; k++) sum -= (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0);
        if (i !== j) {
          a[i * n + j] = sum / (a[j * n + j] ?? 0);
        } else if (sum > 0) {
          a[i * n + i] = Math.sqrt(sum);
        } else {
          throw new Error(`Cholesky factorisation: pivot ${i} of ${n} is ${sum}; the matrix is not positive definite.`);
        }
      }
    }
  }
}

/** A[i, from…to) −= L[i, 0…from) · L[j, 0…from)ᵀ for all rows i ≥ from, in the lower triangle. */
function subtractEarlierColumns(a: Float64Array, n: number, from: number, to: number, block: Float64Array): void {
  if (from === 0) return;
  for (let i = from; i < n; i += 4) {
    for (let j = from; j < to; j += 2) {
      computeDotBlock(a, n, j, i, n - 1, from, block);
      for (let cell = 0; cell < 8; cell++) {
        const row = i + (cell & 3);
        const column = j + (cell >> 2);
        if (row < n && column < to && column <= row)
          a[row * n + column] = (a[row * n + column] ?? 0) - (block[cell] ?? 0);
      }
    }
  }
}

/** The inverse, as a new array; `a` is used as workspace and contains L⁻¹ afterwards. */
export function invert(a: Float64Array, n: number): Float64Array {
  factorInPlace(a, n);
  invertLowerInPlace(a, n);
  return multiplyByTranspose(a, n);
}

/** Replaces L by L⁻¹ and clears the upper triangle. Row i of the inverse needs row i of L and earlier rows of itself. */
function invertLowerInPlace(l: Float64Array, n: number): void {
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    row.fill(0);
    const own = i * n;
    let k = 0;
    for (; k + 3 < i; k += 4) {
      const f0 = l[own + k] ?? 0;
      const f1 = l[own + k + 1] ?? 0;
      const f2 = l[own + k + 2] ?? 0;
      const f3 = l[own + k + 3] ?? 0;
      const r0 = k * n;
      const r1 = r0 + n;
      const r2 = r1 + n;
      const r3 = r2 + n;
      for (let j = 0; j < k + 4; j++) {
        row[j] =
          (row[j] ?? 0) -
          (f0 * (l[r0 + j] ?? 0) + f1 * (l[r1 + j] ?? 0) + f2 * (l[r2 + j] ?? 0) + f3 * (l[r3 + j] ?? 0));
      }
    }
    for (; k < i; k++) {
      const factor = l[own + k] ?? 0;
      for (let j = 0; j <= k; j++) row[j] = (row[j] ?? 0) - factor * (l[k * n + j] ?? 0);
    }
    const pivot = l[own + i] ?? 0;
    for (let j = 0; j < i; j++) l[own + j] = (row[j] ?? 0) / pivot;
    l[own + i] = 1 / pivot;
    l.fill(0, own + i + 1, own + n);
  }
}

/** XᵀX of a lower triangular X, whose upper triangle must be 0. */
function multiplyByTranspose(x: Float64Array, n: number): Float64Array {
  const p = new Float64Array(n * n);
  for (let tile = 0; tile < n; tile += tileSize) {
    const end = Math.min(tile + tileSize, n);
    let k = tile;
    for (; k + 3 < n; k += 4) {
      const x0 = k * n;
      const x1 = x0 + n;
      const x2 = x1 + n;
      const x3 = x2 + n;
      for (let i = tile; i < Math.min(end, k + 4); i++) {
        const f0 = x[x0 + i] ?? 0;
        const f1 = x[x1 + i] ?? 0;
        const f2 = x[x2 + i] ?? 0;
        const f3 = x[x3 + i] ?? 0;
        const own = i * n;
        for (let j = 0; j <= i; j++) {
          p[own + j] =
            (p[own + j] ?? 0) +
            (f0 * (x[x0 + j] ?? 0) + f1 * (x[x1 + j] ?? 0) + f2 * (x[x2 + j] ?? 0) + f3 * (x[x3 + j] ?? 0));
        }
      }
    }
    for (; k < n; k++) {
      for (let i = tile; i < Math.min(end, k + 1); i++) {
        const factor = x[k * n + i] ?? 0;
        for (let j = 0; j <= i; j++) p[i * n + j] = (p[i * n + j] ?? 0) + factor * (x[k * n + j] ?? 0);
      }
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) p[j * n + i] = p[i * n + j] ?? 0;
  return p;
}

/** Solves A x = b for the Cholesky factor L of A; `b` is overwritten by x. */
export function solveFactored(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] ?? 0) * (b[k] ?? 0);
    b[i] = sum / (l[i * n + i] ?? 0);
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = (b[i] ?? 0) / (l[i * n + i] ?? 0);
    b[i] = value;
    for (let k = 0; k < i; k++) b[k] = (b[k] ?? 0) - (l[i * n + k] ?? 0) * value;
  }
}
