import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";

/**
 * Ends a session that has had no stream for `idle` (real milliseconds), whatever else the client sends, such as pings.
 * Its connection ends at the latest `end` later: a client that does not read would never close it.
 */
export function limitSession(
  session: ServerHttp2Session,
  socket: Socket,
  { idle, end }: { readonly idle: number; readonly end: number },
): void {
  let open = 0;
  const close = () => {
    session.close();
    timer = setTimeout(() => socket.destroy(), end);
  };
  let timer = setTimeout(close, idle);
  session.on("stream", (stream: ServerHttp2Stream) => {
    open++;
    clearTimeout(timer);
    stream.once("close", () => {
      open--;
      if (open === 0) timer = setTimeout(close, idle);
    });
  });
  socket.once("close", () => clearTimeout(timer));
}
