/**
 * What Pulumi's SDK notes when the engine refused a call because it ends (@pulumi/pulumi,
 * runtime/settings.js: terminateRpcs).
 */
interface Runtime {
  readonly globalStore?: { readonly terminated?: boolean };
}

/**
 * The exit code for which Pulumi's language host prints nothing more (@pulumi/pulumi,
 * cmd/run/index.js: nodeJSProcessExitedAfterLoggingUserActionableMessage).
 */
const allIsSaid = 32;

/** gRPC's code for a server that is gone, UNAVAILABLE. */
const unavailable = 14;

/**
 * True for an error that comes from the end of the engine: the SDK has closed its connections,
 * after which every step of the program fails in its own way, or the engine refused this call.
 */
export function comesFromEnd(error: unknown, { globalStore }: Runtime = globalThis as Runtime): boolean {
  if (globalStore?.terminated) return true;
  const { code, metadata } = (error ?? {}) as { code?: unknown; metadata?: unknown };
  return code === unavailable && metadata !== undefined;
}

/**
 * Lets the program end without a word when the engine has ended, at the first error that comes from
 * that. The engine ends when a resource has failed, and has said why; what the SDK would print of
 * the program then is pages of traces, which it cannot even send any more.
 */
export function endWithEngine(): void {
  const endIfOver = (error: unknown) => {
    if (comesFromEnd(error)) process.exit(allIsSaid);
  };
  // Before the SDK's listeners, which print.
  process.prependListener("unhandledRejection", endIfOver);
  process.prependListener("uncaughtException", endIfOver);
}
