import { explainAccessError } from "../../stacks/explain-access-error";

/**
 * Throws when nothing listens where `AWS_ENDPOINT_URL` points to. It asks once: the SDK's clients
 * try a refused connection again for ten seconds.
 */
export async function requireEndpoint(): Promise<void> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (!endpoint) return;
  await fetch(endpoint, { method: "HEAD", signal: AbortSignal.timeout(20_000) }).catch(
    ({ cause }: { cause?: NodeJS.ErrnoException }) => {
      // A client's call reports other faults of an endpoint.
      if (cause?.code === "ECONNREFUSED") throw explainAccess(cause);
    },
  );
}

/**
 * Returns the error of a command that cannot use AWS, with the remedies; other errors stay as they
 * are.
 */
export function explainAccess(error: unknown): Error {
  const { name, code } = error as Error & { readonly code?: string };
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const local = "For a local account, start it in another terminal (npm start) and add --local, or --port <number>.";
  if (code === "ECONNREFUSED" && endpoint) {
    return new Error(
      `Nothing listens on ${endpoint}, the address in AWS_ENDPOINT_URL. ${local} For AWS: unset AWS_ENDPOINT_URL.`,
      { cause: error },
    );
  }
  const cause = explainAccessError(error);
  if (cause === undefined) return error as Error;
  return new Error(name === "CredentialsProviderError" ? `${cause} ${local}` : cause, { cause: error });
}
