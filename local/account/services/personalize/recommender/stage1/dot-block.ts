/**
 * The dot products of rows p and p + 1 of a matrix with its rows q … q + 3, over their first `count` numbers: `out[4a +
 * b]` is row p + a times row q + b. Row numbers beyond `last` mean row `last`. Six rows at a time, so that every number
 * loaded serves several products: such loops wait for memory, not for arithmetic.
 */
export function computeDotBlock(
  x: Float64Array,
  stride: number,
  p: number,
  q: number,
  last: number,
  count: number,
  out: Float64Array,
): void {
  const p0 = p * stride;
  const p1 = Math.min(p + 1, last) * stride;
  const q0 = q * stride;
  const q1 = Math.min(q + 1, last) * stride;
  const q2 = Math.min(q + 2, last) * stride;
  const q3 = Math.min(q + 3, last) * stride;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let i = 0; i < count; i++) {
    const f = x[p0 + i] ?? 0;
    const g = x[p1 + i] ?? 0;
    const x0 = x[q0 + i] ?? 0;
    const x1 = x[q1 + i] ?? 0;
    const x2 = x[q2 + i] ?? 0;
    const x3 = x[q3 + i] ?? 0;
    s00 += f * x0;
    s01 += f * x1;
    s02 += f * x2;
    s03 += f * x3;
    s10 += g * x0;
    s11 += g * x1;
    s12 += g * x2;
    s13 += g * x3;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s02;
  out[3] = s03;
  out[4] = s10;
  out[5] = s11;
  out[6] = s12;
  out[7] = s13;
}
