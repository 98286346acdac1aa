/** Calls `look`, with short real pauses, until it returns a value; fails with `otherwise` after two minutes, or `seconds`. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  otherwise: string,
  seconds = 120,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(otherwise);
}
