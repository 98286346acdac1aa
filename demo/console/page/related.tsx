import { useEffect, useState } from "preact/hooks";
import { act, useAction } from "../../../local/console/page/account";
import { Badge, Failure, Loading, Panel } from "../../../local/console/page/parts";
import type { Card, Recommendations, Visitors } from "../messages";
import { Cards } from "./cards";
import { type Choice, Choices, toRequest } from "./choices";
import { Explanation, useExplanation } from "./explanation";
import { wordsOf } from "./item-words";

interface RelatedProps {
  readonly stackName: string;
  readonly data: Visitors;
  readonly who: object;
  /** The placement that is asked about the item at first. */
  readonly placement: string;
  readonly card: Card;
  readonly showSimilar: (card: Card) => void;
}

/** Items that are like one of them, from a placement that is asked with an item. */
export function Related({ stackName, data, who, placement, card: { itemId, columns }, showSimilar }: RelatedProps) {
  const [choice, setChoice] = useState<Choice>({ placement });
  const [shown, setShown] = useState<{ readonly address: string; readonly answer: Recommendations }>();
  const { error, run } = useAction();
  const request = { stack: stackName, ...who, itemId, ...toRequest(data, choice) };
  const address = JSON.stringify(request);
  useEffect(() => {
    const abort = new AbortController();
    run(async () =>
      setShown({ address, answer: await act<Recommendations>("recommend", JSON.parse(address), abort.signal) }),
    );
    return () => abort.abort();
  }, [address, run]);
  const answer = shown?.address === address ? shown.answer : undefined;
  const explanation = useExplanation(request, answer);
  return (
    <Panel
      title={`More like ${wordsOf(itemId, columns).title}`}
      actions={<Badge tone={answer?.source === "fallback" ? "warn" : "good"}>placement: {choice.placement}</Badge>}
    >
      <div class="toolbar">
        <Choices data={data} needsItem choice={choice} choose={setChoice} />
      </div>
      <Failure error={error} />
      {answer ? (
        <Cards cards={answer.cards} label="Similar items" showSimilar={showSimilar} explain={explanation.ask} />
      ) : (
        !error && <Loading />
      )}
      <Explanation stackName={stackName} explanation={explanation} />
    </Panel>
  );
}
