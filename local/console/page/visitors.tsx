import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Recommendations, StackFilter, VisitorEvent, Visitors } from "../messages";
import { act, useAction, useMessage, useRead } from "./account";
import type { ViewProps } from "./app";
import { Cards } from "./cards";
import { Badge, Empty, Failure, Loading, milliseconds, number, Panel, Time } from "./parts";
import { wordsOf } from "./pets";
import { Reranking } from "./reranking";

/** Who looks at the list: a visitor of the data, a new one, or a session that nobody signed in to. */
export interface Audience {
  readonly kind: "known" | "new" | "session";
  readonly userId?: string;
  readonly sessionId: string;
}

const random = () => Math.random().toString(36).slice(2, 8);
const newSession = () => `console-${random()}`;

export function VisitorsView({ stack }: ViewProps) {
  const [search, setSearch] = useState("");
  const { data, error } = useRead<Visitors>("/_console/api/visitors", { stack: stack.name, search });
  const [chosen, setChosen] = useState<Audience>();
  // One who did enough to have a taste, if there is one.
  const first = (data?.found.find(({ events }) => events >= 10) ?? data?.found[0])?.id;
  const audience =
    chosen ?? (first === undefined ? undefined : { kind: "known" as const, userId: first, sessionId: firstSession });
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <div class="columns visitors">
      <Chooser data={data} search={search} setSearch={setSearch} audience={audience} choose={setChosen} />
      {audience ? (
        <Recommended
          key={`${audience.kind} ${audience.userId} ${audience.sessionId}`}
          stackName={stack.name}
          data={data}
          audience={audience}
          canRerank={stack.models.some(({ name }) => name === "reranking")}
        />
      ) : (
        <Empty title="No visitor is known yet.">
          <p>Choose "New visitor" or "Session only" to begin.</p>
        </Empty>
      )}
    </div>
  );
}

const firstSession = newSession();

interface ChooserProps {
  readonly data: Visitors;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly audience: Audience | undefined;
  readonly choose: (audience: Audience) => void;
}

function Chooser({ data, search, setSearch, audience, choose }: ChooserProps) {
  return (
    <Panel title="Visitor">
      <div class="buttons">
        <button
          type="button"
          aria-pressed={audience?.kind === "new"}
          onClick={() => choose({ kind: "new", userId: `new-${random()}`, sessionId: newSession() })}
        >
          New visitor
        </button>
        <button
          type="button"
          aria-pressed={audience?.kind === "session"}
          onClick={() => choose({ kind: "session", sessionId: newSession() })}
        >
          Session only
        </button>
      </div>
      <label class="field">
        Search {number(data.known)} known visitors
        <input
          type="search"
          value={search}
          placeholder="user id"
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </label>
      {data.found.length === 0 && <p class="muted">No visitor's id contains "{search}".</p>}
      <ul class="picks">
        {data.found.map(({ id, events }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={audience?.userId === id}
              onClick={() => choose({ kind: "known", userId: id, sessionId: newSession() })}
            >
              <span>{id}</span>
              <span class="muted">{events} events</span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const nameOf = ({ kind, userId, sessionId }: Audience) =>
  kind === "session" ? `Session ${sessionId}` : kind === "new" ? `New visitor ${userId}` : `Visitor ${userId}`;

interface RecommendedProps {
  readonly stackName: string;
  readonly data: Visitors;
  readonly audience: Audience;
  readonly canRerank: boolean;
}

function Recommended({ stackName, data, audience, canRerank }: RecommendedProps) {
  const who = audience.kind === "session" ? { sessionId: audience.sessionId } : { userId: audience.userId };
  const [eventType, setEventType] = useState(data.eventTypes[0] ?? "DetailView");
  const [filter, setFilter] = useState<{ filter?: string; filterValues?: Record<string, string> }>({});
  const list = useList({ stack: stackName, ...who, ...filter }, audience, eventType);
  const { shown, before, status, error, busy } = list;
  return (
    <div class="stack">
      <Panel
        title={`Recommended to ${nameOf(audience)}`}
        actions={shown && <Badge tone={shown.source === "personalize" ? "good" : "warn"}>source: {shown.source}</Badge>}
      >
        <div class="toolbar">
          <label class="field">
            A click sends
            <select value={eventType} onChange={({ currentTarget }) => setEventType(currentTarget.value)}>
              {data.eventTypes.map((type) => (
                <option key={type}>{type}</option>
              ))}
            </select>
          </label>
          <FilterChooser filters={data.filters} choose={setFilter} />
          <button type="button" onClick={list.again} disabled={busy}>
            Ask again
          </button>
        </div>
        <Failure error={error} />
        <p class="status" role="status" aria-live="polite">
          {status}
        </p>
        {shown && !shown.filterApplied && <p class="failure">The fallback list knows no filter.</p>}
        {shown ? (
          <Cards
            cards={shown.cards}
            before={before}
            label={`Recommendations for ${nameOf(audience)}, best first`}
            action={{ name: `Send ${eventType}`, run: list.click, busy }}
          />
        ) : (
          <Loading />
        )}
        {shown?.cards.length === 0 && <Empty title="Nothing passes this filter." />}
      </Panel>
      <Timeline stackName={stackName} id={audience.userId ?? audience.sessionId} session={audience.sessionId} />
      {canRerank && shown && (
        <Reranking stackName={stackName} who={who} candidates={shown.cards.map(({ itemId }) => itemId)} />
      )}
    </div>
  );
}

/** Milliseconds after which the list is asked for again although no arrival of the event was seen. */
const patience = 4_000;
const tries = 5;

/** A click whose effect is not seen yet. */
interface Pending {
  readonly started: number;
  readonly title: string;
  readonly left: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The list, and what a click does to it: the event goes to the stream, and the list is asked for when it has arrived. */
function useList(request: object, audience: Audience, eventType: string) {
  const [shown, setShown] = useState<Recommendations>();
  const [before, setBefore] = useState<string[]>();
  const [status, setStatus] = useState("");
  const { busy, error, run } = useAction();
  const pending = useRef<Pending | undefined>(undefined);
  const address = JSON.stringify(request);
  const current = useRef(shown);
  current.current = shown;

  const ask = useCallback(async () => {
    const answer = await act<Recommendations>("recommend", JSON.parse(address));
    const old = current.current?.cards.map(({ itemId }) => itemId);
    setShown(answer);
    setBefore(old);
    return { answer, old };
  }, [address]);

  useEffect(() => {
    run(async () => {
      const { answer } = await ask();
      setBefore(undefined);
      setStatus(
        `Answered by the function in ${milliseconds(answer.milliseconds)}. Click a card: its event changes the list.`,
      );
    });
  }, [ask, run]);

  const arrived = useCallback(async () => {
    const waiting = pending.current;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    pending.current = undefined;
    const { answer, old = [] } = await ask();
    const now = answer.cards.map(({ itemId }) => itemId);
    const fresh = now.filter((itemId) => !old.includes(itemId)).length;
    const moved = now.filter((itemId, place) => old.includes(itemId) && old[place] !== itemId).length;
    if (fresh + moved === 0 && waiting.left > 0) {
      pending.current = { ...waiting, left: waiting.left - 1, timer: setTimeout(() => run(arrived), patience / 4) };
      return;
    }
    const took = milliseconds(performance.now() - waiting.started);
    setStatus(
      fresh + moved === 0
        ? `The event of ${waiting.title} arrived; the list stays the same.`
        : `${took} after the click on ${waiting.title} the list changed: ${fresh} new, ${moved} moved.`,
    );
  }, [ask, run]);

  useMessage("requests", ({ items }) => {
    const mine = items.some(
      ({ operation, session, status: code }) =>
        operation === "PutEvents" && session === audience.sessionId && code === 200,
    );
    if (mine && pending.current) run(arrived);
  });
  useEffect(() => () => clearTimeout(pending.current?.timer), []);

  const click = (itemId: string) => {
    const { title } = wordsOf(itemId, shown?.cards.find((card) => card.itemId === itemId)?.columns);
    clearTimeout(pending.current?.timer);
    pending.current = {
      started: performance.now(),
      title,
      left: tries,
      timer: setTimeout(() => run(arrived), patience),
    };
    setStatus(`Sent ${eventType} of ${title} to the stream …`);
    const { stack } = request as { stack: string };
    const ids = {
      sessionId: audience.sessionId,
      ...(audience.userId === undefined ? {} : { userId: audience.userId }),
    };
    run(() =>
      act("click", {
        stack,
        ...ids,
        itemId,
        eventType,
        ...(shown?.recommendationId ? { recommendationId: shown.recommendationId } : {}),
      }),
    );
  };
  const again = () =>
    run(async () => {
      const { answer } = await ask();
      setStatus(`Answered by the function in ${milliseconds(answer.milliseconds)}.`);
    });
  return { shown, before, status, error, busy, click, again };
}

function FilterChooser({
  filters,
  choose,
}: {
  filters: readonly StackFilter[];
  choose: (filter: { filter?: string; filterValues?: Record<string, string> }) => void;
}) {
  const [name, setName] = useState("");
  const [values, setValues] = useState<Record<string, string>>({});
  const filter = filters.find((each) => each.name === name);
  if (filters.length === 0) return null;
  const apply = (nextName: string, next: Record<string, string>) => {
    const chosen = filters.find((each) => each.name === nextName);
    if (!chosen) return choose({});
    const complete = chosen.parameters.every((parameter) => (next[parameter] ?? "") !== "");
    // Texts are quoted inside (Personalize guide, "Filter parameters").
    const quoted = chosen.parameters.map((parameter) => [
      parameter,
      (next[parameter] ?? "")
        .split(",")
        .map((value) => `"${value.trim()}"`)
        .join(","),
    ]);
    if (complete)
      choose({ filter: nextName, ...(quoted.length > 0 ? { filterValues: Object.fromEntries(quoted) } : {}) });
  };
  return (
    <>
      <label class="field">
        Filter
        <select
          value={name}
          title={filter?.expression}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
            setValues({});
            apply(currentTarget.value, {});
          }}
        >
          <option value="">none</option>
          {filters.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      {filter?.parameters.map((parameter) => (
        <label class="field" key={parameter}>
          {parameter.toLowerCase()}
          <input
            value={values[parameter] ?? ""}
            placeholder="1,2"
            onChange={({ currentTarget }) => {
              const next = { ...values, [parameter]: currentTarget.value };
              setValues(next);
              apply(name, next);
            }}
          />
        </label>
      ))}
    </>
  );
}

function Timeline({ stackName, id, session }: { stackName: string; id: string; session: string }) {
  const { data, error } = useRead<VisitorEvent[]>(
    "/_console/api/timeline",
    { stack: stackName, id },
    ({ operation, session: of }) => operation === "PutEvents" && of === session,
  );
  return (
    <Panel title="What the visitor did">
      <Failure error={error} />
      {data?.length === 0 && (
        <Empty title="No events yet.">
          <p>Click a card above: the event appears here when it has reached the model.</p>
        </Empty>
      )}
      <ol class="timeline" aria-label="Events, newest first">
        {data?.map(({ itemId, eventType, time, source }, place) => {
          const { title, facts } = wordsOf(itemId);
          return (
            <li key={`${time} ${itemId} ${data.length - place}`}>
              <Time at={time} />
              <span>
                <strong>{title}</strong> <span class="muted">{facts.join(" · ")}</span>
              </span>
              <span class="badges">
                <Badge>{eventType ?? "event"}</Badge>
                {source === "streamed" && <Badge tone="accent">stream</Badge>}
              </span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
