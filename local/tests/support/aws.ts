import type { Account } from "../../account.ts";

/**
 * Configuration of an SDK client for a test's account: no retries, so that a test gets the first
 * response. `accessKeyId` of 12 digits is the account's id; default `000000000000`.
 */
export function sdk(account: Pick<Account, "origin">, credentials = { accessKeyId: "test", secretAccessKey: "test" }) {
  return { endpoint: account.origin, region: "eu-west-1", credentials, maxAttempts: 1 };
}

/** The header of a request to a service that is written by hand; the account reads whose it is. */
export const signedFor = (service: string, region = "eu-west-1") => ({
  authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20260101/${region}/${service}/aws4_request`,
});
