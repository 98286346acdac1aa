import { useLayoutEffect, useRef } from "preact/hooks";
import { Badge } from "../../../local/console/page/parts";
import type { Card } from "../messages";
import { toFact, wordsOf } from "./item-words";
import { Picture } from "./pets";

export interface CardsProps {
  readonly cards: readonly Card[];
  readonly label: string;
  /** Ids of the last list: cards that were not in it are marked. */
  readonly before?: readonly string[] | undefined;
  readonly action?: { readonly name: string; readonly run: (itemId: string) => void; readonly busy: boolean };
  /** Shows items that are like a card's. Absent: the cards do not offer it. */
  readonly showSimilar?: ((card: Card) => void) | undefined;
  /** Says why an item is in the list. Absent: the cards do not offer it. */
  readonly explain?: ((itemId: string) => void) | undefined;
}

const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * A list of items as cards. Cards that moved travel from their old place, unless the user prefers
 * less motion.
 */
export function Cards({ cards, label, before, action, showSimilar, explain }: CardsProps) {
  const list = useRef<HTMLOListElement>(null);
  const places = useRef(new Map<string, DOMRect>());
  const order = cards.map(({ itemId }) => itemId).join(" ");
  useLayoutEffect(() => {
    const next = new Map<string, DOMRect>();
    for (const element of list.current?.children ?? []) {
      const id = element.getAttribute("data-item") ?? "";
      const place = element.getBoundingClientRect();
      next.set(id, place);
      const old = places.current.get(id);
      if (old && !stillness.matches && (old.x !== place.x || old.y !== place.y)) {
        const from = `translate(${old.x - place.x}px, ${old.y - place.y}px)`;
        const timing = { duration: 450, easing: "cubic-bezier(.2,.8,.2,1)" };
        element.animate([{ transform: from }, { transform: "none" }], timing);
      }
    }
    places.current = next;
  }, [order]);
  const best = Math.max(...cards.map(({ score = 0 }) => score), 1e-9);
  return (
    <ol class="cards" aria-label={label} ref={list}>
      {cards.map((card, place) => (
        <li key={card.itemId} data-item={card.itemId}>
          <CardBody
            card={card}
            place={place}
            best={best}
            fresh={before !== undefined && !before.includes(card.itemId)}
            action={action}
          />
          <div class="card-links">
            {showSimilar && (
              <button
                type="button"
                aria-label={`More like this: ${wordsOf(card.itemId, card.columns).title}`}
                onClick={() => showSimilar(card)}
              >
                More like this
              </button>
            )}
            {explain && (
              <button
                type="button"
                aria-label={`Why here? ${wordsOf(card.itemId, card.columns).title}`}
                onClick={() => explain(card.itemId)}
              >
                Why here?
              </button>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

interface BodyProps {
  readonly card: Card;
  readonly place: number;
  readonly best: number;
  readonly fresh: boolean;
  readonly action: CardsProps["action"];
}

function CardBody({ card, place, best, fresh, action }: BodyProps) {
  const { itemId, score, explored, columns, answered } = card;
  const words = wordsOf(itemId, columns);
  const { title } = words;
  const facts = answered ? Object.entries(answered).map(toFact) : words.facts;
  const content = (
    <>
      <span class="card-top">
        <span class="rank">{place + 1}</span>
        <Picture itemId={itemId} columns={columns} />
      </span>
      <span class="card-title" title={itemId}>
        {title}
      </span>
      <span class="card-facts">{facts.join(" · ") || " "}</span>
      <span class="card-foot">
        {score === undefined ? (
          <span class="muted">no score</span>
        ) : (
          <span class="score" title={`score ${score}`}>
            <span class="score-bar" style={{ width: `${Math.max(3, (100 * score) / best)}%` }} />
            <span class="score-text">{(100 * score).toFixed(2)} %</span>
          </span>
        )}
        {explored && <Badge tone="accent">explored</Badge>}
        {fresh && <Badge tone="good">new</Badge>}
      </span>
    </>
  );
  if (!action) return <div class="card">{content}</div>;
  return (
    <button
      type="button"
      class="card"
      disabled={action.busy}
      aria-label={`${action.name}: ${title}, ${facts.join(", ")}, place ${place + 1}`}
      onClick={() => action.run(itemId)}
    >
      {content}
    </button>
  );
}
