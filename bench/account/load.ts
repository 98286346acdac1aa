import { Agent, request } from "node:http";

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

/** Sends `count` requests over `connections` kept-open connections and measures each from its start to its last byte. */
export async function load(
  origin: string,
  shot: (index: number) => Shot,
  { count, connections }: { count: number; connections: number },
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const started = performance.now();
      await send(origin, agent, shot(next++));
      times.push(performance.now() - started);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { perSecond: count / seconds, p50: at(0.5), p99: at(0.99) };
}

function send(origin: string, agent: Agent, { service, path, contentType, body }: Shot): Promise<void> {
  const headers = {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${service}/aws4_request`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}${path}`, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${service} answered ${response.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
