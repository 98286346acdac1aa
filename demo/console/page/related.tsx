import { useEffect, useState } from "preact/hooks";
import { act, useAction } from "../../../local/console/page/account";
import { Badge, Failure, Loading, Panel } from "../../../local/console/page/parts";
import type { Card, Recommendations } from "../messages";
import { Cards } from "./cards";
import { wordsOf } from "./item-words";

interface RelatedProps {
  readonly stackName: string;
  readonly who: object;
  /** The placement that is asked about the item. */
  readonly placement: string;
  readonly card: Card;
  readonly choose: (card: Card) => void;
}

/** Items that are like one of them, from a placement that is asked with an item. */
export function Related({ stackName, who, placement, card: { itemId, columns }, choose }: RelatedProps) {
  const [shown, setShown] = useState<{ readonly itemId: string; readonly answer: Recommendations }>();
  const { error, run } = useAction();
  const address = JSON.stringify({ stack: stackName, ...who, placement, itemId });
  useEffect(() => {
    const asked: { itemId: string } = JSON.parse(address);
    run(async () => setShown({ itemId: asked.itemId, answer: await act<Recommendations>("recommend", asked) }));
  }, [address, run]);
  const answer = shown?.itemId === itemId ? shown.answer : undefined;
  return (
    <Panel
      title={`More like ${wordsOf(itemId, columns).title}`}
      actions={<Badge tone={answer?.source === "fallback" ? "warn" : "good"}>placement: {placement}</Badge>}
    >
      <Failure error={error} />
      {answer ? <Cards cards={answer.cards} label="Similar items" showSimilar={choose} /> : <Loading />}
    </Panel>
  );
}
