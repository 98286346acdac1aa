// The reasons of a list, and of an item that is in it or is missing, in the words of the command
// `explain`.
import { useEffect, useRef, useState } from "preact/hooks";
import { act, useAction, useRead } from "../../../local/console/page/account";
import { Failure, Lines } from "../../../local/console/page/parts";
import type { Explanation as Answer, FoundItem, Recommendations } from "../messages";
import { wordsOf } from "./item-words";

/** The question that was asked last about a list, until the list is another one. */
export function useExplanation(request: { readonly stack: string }, list: Recommendations | undefined) {
  const [asked, setAsked] = useState<{ readonly answer?: Answer }>();
  const { busy, error, run } = useAction();
  const running = useRef<AbortController | undefined>(undefined);
  const forget = () => {
    running.current?.abort();
    setAsked(undefined);
  };
  const address = JSON.stringify(request);
  // Another list has other reasons.
  useEffect(() => forget, [address, list]);
  const ask = (item?: string) => {
    running.current?.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    setAsked({});
    run(async () => setAsked({ answer: await act<Answer>("explain", { ...request, item }, signal) }));
  };
  return { ask, busy, error: asked && error, isAsked: asked !== undefined, answer: asked?.answer };
}

interface ExplanationProps {
  readonly stackName: string;
  readonly explanation: ReturnType<typeof useExplanation>;
}

export function Explanation({ stackName, explanation: { ask, busy, error, isAsked, answer } }: ExplanationProps) {
  const [search, setSearch] = useState("");
  const found = useRef<HTMLDivElement>(null);
  const text = search.trim();
  useEffect(() => {
    if (isAsked) found.current?.scrollIntoView({ block: "nearest" });
  }, [isAsked, answer]);
  return (
    <div class="why">
      <form
        class="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          if (text !== "") ask(text);
        }}
      >
        <button type="button" onClick={() => ask()}>
          Why this list?
        </button>
        <label class="field grow">
          Why not an item? Search it
          <input
            type="search"
            value={search}
            placeholder="item id, or words of its columns"
            maxLength={256}
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </label>
      </form>
      {text !== "" && <FoundItems stackName={stackName} search={text} ask={ask} />}
      <div ref={found} role="status" aria-live="polite">
        {busy && isAsked && <p class="muted">Asks again, and reads the stack …</p>}
        <Failure error={error} />
        {answer && <Reasons {...answer} />}
      </div>
    </div>
  );
}

interface FoundItemsProps {
  readonly stackName: string;
  readonly search: string;
  readonly ask: (item: string) => void;
}

function FoundItems({ stackName, search, ask }: FoundItemsProps) {
  const { data, error } = useRead<readonly FoundItem[]>("/_console/api/items", { stack: stackName, search });
  return (
    <>
      <Failure error={error} />
      <ul class="buttons" aria-label="Items found">
        {data?.map(({ id, columns }) => {
          const { title, facts } = wordsOf(id, columns);
          return (
            <li key={id}>
              <button type="button" title={id} onClick={() => ask(id)}>
                {title} <span class="muted">{facts.join(" · ")}</span>
              </button>
            </li>
          );
        })}
        {data && !data.some(({ id }) => id === search) && (
          <li>
            <button type="button" onClick={() => ask(search)}>
              Ask about the id "{search}"
            </button>
          </li>
        )}
      </ul>
    </>
  );
}

const Reasons = ({ sentence, causes, notes }: Answer) => (
  <>
    <p>
      <strong>{sentence}</strong>
    </p>
    {causes.length > 0 && (
      <ol class="reasons" aria-label="Reasons">
        {causes.map(({ text, see, remedy, run }) => (
          <li key={text}>
            <p>{text}</p>
            <Lines label="The command that shows it">{see}</Lines>
            <p>{remedy}</p>
            {run !== undefined && <Lines label="The command that does it">{run}</Lines>}
          </li>
        ))}
      </ol>
    )}
    {notes.map((note) => (
      <p key={note} class="muted">
        {note}
      </p>
    ))}
    <p class="muted">The command "npx recommender explain" says the same, with --days for more of the archive.</p>
  </>
);
