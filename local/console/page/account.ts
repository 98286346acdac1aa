// The page's connection to its server: reads, acts with the token that the page carries, and the
// live messages.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Messages, RequestItem } from "../messages";

const token = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? "";

async function answerOf<T>(response: Response): Promise<T> {
  const body = await response.json();
  if (!response.ok) {
    throw new Error((body as { message?: string }).message ?? `The account answered ${response.status}.`);
  }
  return body as T;
}

/** Browsers say only that they failed to fetch. */
async function reach(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, options);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new Error("The account has stopped. Start it again, then reload this page.");
  }
}

export type Query = Readonly<Record<string, string | undefined>>;

export async function readFrom<T>(path: string, query: Query = {}, signal: AbortSignal | null = null): Promise<T> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = new URLSearchParams(given).toString();
  return answerOf<T>(await reach(search === "" ? path : `${path}?${search}`, { signal }));
}

export async function send<T>(
  method: "POST" | "DELETE",
  path: string,
  body?: object,
  signal: AbortSignal | null = null,
): Promise<T> {
  const headers = { "content-type": "application/json", "x-console-token": token };
  return answerOf<T>(await reach(path, { method, headers, signal, ...(body ? { body: JSON.stringify(body) } : {}) }));
}

/** Calls an action of `/_console/api/`. */
export const act = <T>(name: string, body: object, signal?: AbortSignal) =>
  send<T>("POST", `/_console/api/${name}`, body, signal);

type Listener<K extends keyof Messages> = (message: Messages[K]) => void;
const listeners = new Map<keyof Messages, Set<(message: never) => void>>();
const stateListeners = new Set<(connected: boolean) => void>();

/**
 * One stream for the whole page. The browser opens it again by itself when the account comes back.
 */
export function connect(): void {
  const source = new EventSource("/_console/events");
  for (const kind of ["requests", "clock", "faults", "training", "deployment"] as const) {
    source.addEventListener(kind, (event) => {
      const message = JSON.parse((event as MessageEvent<string>).data) as never;
      for (const listener of listeners.get(kind) ?? []) listener(message);
    });
  }
  let last = true;
  const tell = (connected: boolean) => {
    if (connected === last) return;
    last = connected;
    for (const listener of stateListeners) listener(connected);
  };
  source.onopen = () => tell(true);
  source.onerror = () => tell(false);
}

function onMessage<K extends keyof Messages>(kind: K, listener: Listener<K>): () => void {
  const known = listeners.get(kind) ?? new Set();
  listeners.set(kind, known.add(listener as (message: never) => void));
  return () => known.delete(listener as (message: never) => void);
}

/** Listens to whether the account answers: only to changes. */
function useConnection(listener: (connected: boolean) => void): void {
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    const tell = (connected: boolean) => current.current(connected);
    stateListeners.add(tell);
    return () => {
      stateListeners.delete(tell);
    };
  }, []);
}

export function useConnected(): boolean {
  const [connected, setConnected] = useState(true);
  useConnection(setConnected);
  return connected;
}

export function useMessage<K extends keyof Messages>(kind: K, listener: Listener<K>): void {
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => onMessage(kind, (message) => current.current(message)), [kind]);
}

/** In milliseconds: a view that changes all the time is read again this often at most. */
const pause = 700;

export interface Reading<T> {
  readonly data: T | undefined;
  readonly error: string | undefined;
  readonly reload: () => void;
}

/**
 * Reads, and reads again when a request that `refreshes` is logged, and when the account answers
 * again.
 */
export function useRead<T>(path: string, query: Query = {}, refreshes?: (item: RequestItem) => boolean): Reading<T> {
  const [data, setData] = useState<T>();
  const [error, setError] = useState<string>();
  const [turn, setTurn] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const address = JSON.stringify([path, query]);
  useEffect(() => {
    const abort = new AbortController();
    const [from, parameters] = JSON.parse(address) as [string, Query];
    readFrom<T>(from, parameters, abort.signal).then(
      (value) => {
        setData(value);
        setError(undefined);
      },
      (failure: Error) => {
        if (failure.name !== "AbortError") setError(failure.message);
      },
    );
    return () => abort.abort();
  }, [address, turn]);
  useMessage("requests", ({ items }) => {
    if (!refreshes || timer.current !== undefined || !items.some(refreshes)) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setTurn((before) => before + 1);
    }, pause);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  useConnection((connected) => connected && reload());
  return { data, error, reload };
}

/** Runs something and keeps its failure. What was aborted has none: something newer is asked. */
export function useAction(): { busy: boolean; error: string | undefined; run: (work: () => Promise<unknown>) => void } {
  const [running, setRunning] = useState(0);
  const [error, setError] = useState<string>();
  const run = useCallback((work: () => Promise<unknown>) => {
    setRunning((before) => before + 1);
    setError(undefined);
    work()
      .catch((failure: Error) => {
        if (failure.name !== "AbortError") setError(failure.message);
      })
      .finally(() => setRunning((before) => before - 1));
  }, []);
  return { busy: running > 0, error, run };
}
