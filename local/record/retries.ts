import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from "@smithy/types";

/**
 * Retries throttling and temporary errors, with growing pauses. The SDK's own strategies take
 * LimitExceededException for throttling, and wait until the quota has room again; here it is an
 * expected answer.
 */
export const retries: RetryStrategyV2 = {
  acquireInitialRetryToken: async () => tokenOf(0),
  async refreshRetryTokenForRetry(token: RetryToken, { error, errorType }: RetryErrorInfo) {
    const count = token.getRetryCount() + 1;
    if (count >= attempts || errorType === "CLIENT_ERROR" || error?.name === "LimitExceededException") {
      throw new Error("No further attempt.", { cause: error });
    }
    return tokenOf(count);
  },
  recordSuccess() {},
};

const attempts = 8;

const tokenOf = (count: number): RetryToken => ({
  getRetryCount: () => count,
  // With jitter: what one is throttled for, others may be doing too.
  getRetryDelay: () => (count === 0 ? 0 : Math.random() * Math.min(20_000, 200 * 2 ** count)),
});
