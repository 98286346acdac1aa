import type { GetPersonalizedRankingCommand } from "@aws-sdk/client-personalize-runtime";

/**
 * Makes a command keep the HTTP headers of the service's answer, which the SDK's output does not
 * have. Returns the function that reads them after the call: names in lower case, as boto3's
 * `HTTPHeaders` has them.
 */
export function keepHeaders(command: GetPersonalizedRankingCommand): () => Record<string, string> {
  let headers: Record<string, string> = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { headers: Record<string, string> }).headers;
      return result;
    },
    { step: "deserialize", name: "keepHeaders" },
  );
  return () => headers;
}
