import { patience } from "./patience.ts";

/**
 * Calls `look`, with short real pauses, until it returns a value; fails with `otherwise` when it
 * never does.
 */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined, otherwise: string): Promise<T> {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(otherwise);
}
