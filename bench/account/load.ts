import { fork } from "node:child_process";
import { join } from "node:path";

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** One signed request as the SDK would send it, without the SDK's own time in the measurement. */
export interface Shot {
  readonly service: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** What the client is asked to do. */
export interface LoadJob {
  readonly origin: string;
  /** Sent in this order, over and over. */
  readonly shots: readonly Shot[];
  /** How many are measured, after a fifth as many that are not: both sides compile while they run. */
  readonly count: number;
  /** Kept open, each with one request at a time. */
  readonly connections: number;
  /**
   * How many requests are due in a second, whether or not the account keeps up; absent: each connection sends its next
   * request with the last one's answer, so that a time is mostly the wait for the other connections' requests.
   */
  readonly perSecond?: number;
}

/** Sends requests from a process of its own, so that the account's thread has the account's work only. */
export function load(job: LoadJob): Promise<Load> {
  const client = fork(join(__dirname, "load-client.ts"), { execArgv: ["--import", "tsx"] });
  return new Promise((resolve, reject) => {
    client.once("message", (measured: Load) => resolve(measured));
    client.once("error", reject);
    client.once("exit", (code) =>
      reject(new Error(`The client of the load ended with code ${code}; its error is above.`)),
    );
    client.send(job);
  });
}
