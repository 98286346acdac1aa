import { readQuotas } from "./account/host/quotas";
import { usualPort } from "./terminal/client-environment";

/** An option of the command that starts an account. One without `value` is a switch. */
export interface AccountOption {
  readonly value?: string;
  readonly description: string;
  readonly fallback?: number;
  /** Reads the text that users give. Throws an Error that says what is possible. */
  read?(text: string): unknown;
}

const readWholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`Give a whole number from ${least} to ${most}.`);
};

function readService(text: string): string {
  if (text === "personalize") return text;
  throw new Error("Give personalize: no other service can be started alone.");
}

/**
 * The options by name, as in `ServeOptions`: `npx local-aws-account` and commands of other programs
 * take the same.
 */
export const accountOptions: Readonly<Record<string, AccountOption>> = {
  port: {
    value: "number",
    description: "the account's port; 0 is any free port",
    fallback: usualPort,
    read: readWholeNumber(0, 65_535),
  },
  speed: {
    value: "factor",
    description: "virtual time per real time: at 300, a training of five minutes takes a second",
    fallback: 300,
    // At 100,000, a year passes in five minutes. A much faster clock would soon pass the last date
    // of JavaScript.
    read: readWholeNumber(1, 100_000),
  },
  instant: {
    description:
      "no waiting: each resource is ready as soon as its real work is done; the clock runs at --speed between",
  },
  seed: {
    value: "number",
    description: "draws ids, and what exploration shows, from a seed: the same requests get the same lists",
    read: readWholeNumber(0, 2 ** 31 - 1),
  },
  quotas: {
    value: "list",
    description: "quotas of the account, such as campaigns=20, or concurrentExecutions=10 as new accounts have",
    read: readQuotas,
  },
  only: {
    value: "service",
    description: "personalize: nothing else; its jobs use the S3 at AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL",
    read: readService,
  },
  quiet: { description: "print only long jobs and the errors of functions" },
  reads: { description: "print also requests that read and succeed" },
  json: { description: "print one line of JSON with the account's address" },
};
