import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { act, useAction, useMessage } from "../../../local/console/page/account";
import { formatMilliseconds } from "../../../local/console/page/parts";
import type { Recommendations } from "../messages";
import { wordsOf } from "./item-words";

/**
 * The person who looks at the list: a visitor of the data, a new one, or a session without a
 * sign-in.
 */
export interface Audience {
  readonly kind: "known" | "new" | "session";
  readonly userId?: string;
  readonly sessionId: string;
}

/** Milliseconds after which an event that did not arrive is explained. */
const patience = 5_000;

/** A click whose event has not arrived yet. */
interface Pending {
  readonly started: number;
  readonly title: string;
  readonly timer: ReturnType<typeof setTimeout>;
}

function differenceOf(old: readonly string[], now: readonly string[]): { fresh: number; moved: number } {
  return {
    fresh: now.filter((itemId) => !old.includes(itemId)).length,
    moved: now.filter((itemId, place) => old.includes(itemId) && old[place] !== itemId).length,
  };
}

const idsOf = ({ cards }: Recommendations) => cards.map(({ itemId }) => itemId);

/** The newest answer to a request, and the ids of the answer before. */
function useAnswer(request: object) {
  const [shown, setShown] = useState<Recommendations>();
  const [before, setBefore] = useState<string[]>();
  const address = JSON.stringify(request);
  const current = useRef<{ address: string; answer: Recommendations } | undefined>(undefined);
  const asked = useRef<AbortController | undefined>(undefined);
  const ask = useCallback(async () => {
    // Its answer could come after the next one.
    asked.current?.abort();
    asked.current = new AbortController();
    const { signal } = asked.current;
    const answer = await act<Recommendations>("recommend", JSON.parse(address), signal).catch((refusal) => {
      // The list before is the answer to another request.
      if (!signal.aborted) setShown(undefined);
      throw refusal;
    });
    // The list of another filter is nothing to compare with.
    const old = current.current?.address === address ? idsOf(current.current.answer) : undefined;
    current.current = { address, answer };
    setShown(answer);
    setBefore(old);
    return { answer, old };
  }, [address]);
  return { shown, before, ask };
}

/**
 * The list, and what a click does to it: the event goes to the stream, and the list is asked for
 * when it has arrived.
 */
export function useList(request: { readonly stack: string }, audience: Audience, eventType: string) {
  const { shown, before, ask } = useAnswer(request);
  const [status, setStatus] = useState("");
  const { busy, error, run } = useAction();
  const pending = useRef<Pending | undefined>(undefined);

  const again = useCallback(() => {
    run(async () => {
      const { answer } = await ask();
      const took = formatMilliseconds(answer.milliseconds);
      setStatus(
        `Answered by the function in ${took}. A click on a card sends its event, and the list is asked for again.`,
      );
    });
  }, [ask, run]);
  useEffect(again, [again]);

  const showArrived = async ({ started, title }: Pending) => {
    const { answer, old = [] } = await ask();
    const { fresh, moved } = differenceOf(old, idsOf(answer));
    const took = formatMilliseconds(performance.now() - started);
    setStatus(
      fresh + moved === 0
        ? `The event of ${title} arrived; the list stays the same.`
        : `${took} after the click on ${title} the list changed: ${fresh} new, ${moved} moved.`,
    );
  };
  useMessage("requests", ({ items }) => {
    const { sessionId } = audience;
    const mine = items.some(
      ({ operation, session, status: code }) => operation === "PutEvents" && session === sessionId && code === 200,
    );
    const waiting = pending.current;
    if (!mine || !waiting) return;
    clearTimeout(waiting.timer);
    pending.current = undefined;
    run(() => showArrived(waiting));
  });
  useEffect(() => () => clearTimeout(pending.current?.timer), []);

  const click = (itemId: string) => {
    const { title } = wordsOf(itemId, shown?.cards.find((card) => card.itemId === itemId)?.columns);
    clearTimeout(pending.current?.timer);
    const showLate = () =>
      setStatus(`The event of ${title} has not arrived yet. Pipeline and Requests show where it is.`);
    pending.current = { started: performance.now(), title, timer: setTimeout(showLate, patience) };
    setStatus(`Sent ${eventType} of ${title} to the stream …`);
    const { sessionId, userId } = audience;
    const recommendationId = shown?.recommendationId;
    run(() => act("click", { stack: request.stack, sessionId, userId, itemId, eventType, recommendationId }));
  };
  return { shown, before, status, error, busy, click, again };
}
