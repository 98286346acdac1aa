import { randomBytes, timingSafeEqual } from "node:crypto";
import { Refused } from "./exchange";

export const tokenHeader = "x-console-token";

/** The secret of one account process: only a page that it served can send it back. */
export interface Token {
  readonly text: string;
  /** Throws unless `given` is the token. */
  require(given: unknown): void;
}

export function createToken(): Token {
  const text = randomBytes(24).toString("base64url");
  const expected = Buffer.from(text);
  return {
    text,
    require(given) {
      const bytes = Buffer.from(typeof given === "string" ? given : "");
      if (bytes.length === expected.length && timingSafeEqual(bytes, expected)) return;
      throw new Refused(
        403,
        "This page belongs to an account that has ended, or another site sent this. Reload the page.",
      );
    },
  };
}
