import type { Writable } from "node:stream";
import type { Messages, RequestItem } from "../messages";
import type { AccountAccess } from "./account-access";
import { begin, type Outgoing } from "./exchange";
import { itemOf } from "./request-items";

/** Requests are sent together this often, in real milliseconds, and at most so many of them. */
const pause = 50;
const mostItems = 200;
/** In milliseconds: a comment, by which both sides notice that the other is still connected. */
const beat = 15_000;

interface EventStream {
  open(response: Outgoing): void;
  /** Stops listening, and ends the open streams. */
  close(): void;
}

/**
 * Server-sent events (HTML standard, "Server-sent events") to every open page. Listens only while a
 * page is open.
 */
export function createEventStream({ host, clock, log, faults }: AccountAccess): EventStream {
  const clients = new Set<Writable>();
  let waiting: RequestItem[] = [];
  let missed = 0;
  let timer: NodeJS.Timeout | undefined;
  let endings: (() => void)[] = [];

  const write = (text: string) => {
    for (const client of clients) client.write(text);
  };
  const send = <K extends keyof Messages>(event: K, data: Messages[K]) =>
    write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const flush = () => {
    timer = undefined;
    const items = waiting;
    waiting = [];
    send("requests", { items, missed });
    missed = 0;
  };
  const listen = () => {
    const alive = setInterval(() => write(": \n\n"), beat);
    endings = [
      log.listen((entry) => {
        if (waiting.length < mostItems) waiting.push(itemOf(entry));
        else missed++;
        timer ??= setTimeout(flush, pause);
      }),
      clock.onChange(() => send("clock", { now: new Date(clock.now()).toISOString(), speed: clock.speed })),
      faults.onChange(() => send("faults", { waiting: faults.list().length })),
      host.on("training", ({ solutionVersionArn, done, what }) =>
        send("training", { version: solutionVersionArn.split("/").slice(1).join("/"), done, what }),
      ),
      host.on("deployment", (deployment) => send("deployment", deployment)),
      () => clearInterval(alive),
    ];
  };
  const rest = () => {
    for (const end of endings) end();
    endings = [];
    clearTimeout(timer);
    timer = undefined;
    waiting = [];
  };

  return {
    open(response) {
      begin(response, 200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      (response as NodeJS.WritableStream).write("retry: 1000\n\n");
      const client = "stream" in response ? response.stream : response;
      if (clients.size === 0) listen();
      clients.add(client);
      client.once("close", () => {
        clients.delete(client);
        if (clients.size === 0) rest();
      });
    },
    close() {
      rest();
      for (const client of clients) client.end();
      clients.clear();
    },
  };
}
