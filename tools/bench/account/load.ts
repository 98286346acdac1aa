import { fork } from "node:child_process";
import { join } from "node:path";

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** A signed request like those of the SDK, whose own time is not measured. */
export interface Shot {
  readonly service: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** The client's work. */
export interface LoadJob {
  readonly origin: string;
  /** Sent in this order, again and again. */
  readonly shots: readonly Shot[];
  /** The number of measured requests. A fifth as many are sent before, while both sides compile their code. */
  readonly count: number;
  /** Open connections, each of which sends its next request after the last response. */
  readonly connections: number;
}

/** Sends requests from a separate process, so that the account's thread does only the account's work. */
export function sendLoad(job: LoadJob): Promise<Load> {
  const client = fork(join(__dirname, "load-client.ts"), { execArgv: ["--import", "tsx"] });
  return new Promise((resolve, reject) => {
    client.once("message", (measured: Load) => resolve(measured));
    client.once("error", reject);
    client.once("exit", (code) => reject(new Error(`The load client ended with code ${code}. See its error above.`)));
    client.send(job);
  });
}
