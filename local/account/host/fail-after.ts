/**
 * Cleans up after a failure, and throws it. An error of the cleaning is printed: it must not hide
 * what failed first.
 */
export async function failAfter(failure: unknown, cleanUp: () => unknown): Promise<never> {
  try {
    await cleanUp();
  } catch (error) {
    console.error(`Cleaning up after the failure below failed as well: ${(error as Error).message}`);
  }
  throw failure;
}
