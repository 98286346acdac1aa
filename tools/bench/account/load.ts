import { fork } from "node:child_process";
import { Agent, request } from "node:http";

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
interface LoadJob {
  readonly origin: string;
  /** Sent in this order, again and again. */
  readonly shots: readonly Shot[];
  /**
   * The number of measured requests. A fifth as many are sent before, while both sides compile
   * their code.
   */
  readonly count: number;
  /** Open connections, each of which sends its next request after the last response. */
  readonly connections: number;
}

/**
 * Sends requests from a separate process, so that the account's thread does only the account's
 * work.
 */
export function sendLoad(job: LoadJob): Promise<Load> {
  const client = fork(__filename, { execArgv: ["--import", "tsx"] });
  return new Promise((resolve, reject) => {
    client.once("message", (measured: Load) => resolve(measured));
    client.once("error", reject);
    client.once("exit", (code) => reject(new Error(`The load client ended with code ${code}. See its error above.`)));
    client.send(job);
  });
}

async function run(job: LoadJob): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  await sendAll({ ...job, count: job.count / 5 }, agent);
  const { times, seconds } = await sendAll(job, agent);
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { perSecond: job.count / seconds, p50: at(0.5), p99: at(0.99) };
}

async function sendAll({ origin, shots, count, connections }: LoadJob, agent: Agent) {
  const url = new URL(origin);
  const times: number[] = [];
  const start = performance.now();
  let next = 0;
  const one = async () => {
    for (let i = next++; i < count; i = next++) {
      const shot = shots[i % shots.length];
      if (!shot) throw new Error("A load job needs at least one request.");
      const begun = performance.now();
      await send(url, agent, shot);
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return { times, seconds: (performance.now() - start) / 1000 };
}

/** Sends a request and waits for the last byte of the response. */
function send({ hostname, port }: URL, agent: Agent, { service, path, contentType, body }: Shot): Promise<void> {
  const headers = {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${service}/aws4_request`,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${service} returned ${response.statusCode}.`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

if (require.main === module) {
  process.once("message", (job: LoadJob) => {
    run(job).then((measured) => process.send?.(measured, () => process.disconnect()));
  });
}
