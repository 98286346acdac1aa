import { useEffect, useState } from "preact/hooks";
import { useRead } from "../../../local/console/page/account";
import { selectedIn } from "../../../local/console/page/address";
import { Badge, Empty, Failure, formatNumber, Loading, Panel, Time } from "../../../local/console/page/parts";
import type { ViewProps } from "../../../local/console/page/view";
import { countOf } from "../../../names/printable";
import type { Card, VisitorEvent, Visitors } from "../messages";
import { Cards } from "./cards";
import { type Choice, Choices, toRequest } from "./choices";
import { Explanation, useExplanation } from "./explanation";
import { wordsOf } from "./item-words";
import { type Audience, useList } from "./recommended-list";
import { Related } from "./related";
import { Reranking } from "./reranking";

const drawText = () => Math.random().toString(36).slice(2, 8);
const createSession = () => `console-${drawText()}`;

/** The visitor in the address: a reload and a link show the same one. */
const kinds = ["known", "new", "session"] as const;
function readAudience(selected: URLSearchParams): Audience | undefined {
  for (const kind of kinds) {
    const id = selected.get(kind);
    if (id) return kind === "session" ? { kind, sessionId: id } : { kind, userId: id, sessionId: sessionOf(id) };
  }
  return undefined;
}
const addressOf = (kind: (typeof kinds)[number], id: string) => `#/visitors?${new URLSearchParams({ [kind]: id })}`;
const select = (kind: (typeof kinds)[number], id: string) => {
  location.hash = addressOf(kind, id);
};

/** The session of a visitor in this page. */
const sessions = new Map<string, string>();
function sessionOf(userId: string): string {
  const session = sessions.get(userId) ?? createSession();
  sessions.set(userId, session);
  return session;
}

export function VisitorsView({ stack, selected }: ViewProps) {
  const [search, setSearch] = useState("");
  const { data, error } = useRead<Visitors>("/_console/api/visitors", { stack: stack.name, search });
  // A visitor with enough events to have preferences, if there is one.
  const first = (data?.found.find(({ events }) => events >= 10) ?? data?.found[0])?.id;
  const audience = readAudience(selected);
  const none = audience === undefined;
  useEffect(() => {
    // A click may have chosen one since the view was drawn.
    const chosen = readAudience(selectedIn(location.hash));
    if (none && first !== undefined && !chosen) location.replace(addressOf("known", first));
  }, [none, first]);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <div class="columns visitors">
      <Chooser data={data} search={search} setSearch={setSearch} audience={audience} />
      {audience ? (
        <Recommended
          key={`${audience.kind} ${audience.userId} ${audience.sessionId}`}
          stackName={stack.name}
          data={data}
          audience={audience}
          canRerank={data.canRerank}
        />
      ) : (
        first === undefined && (
          <Empty title="No visitors yet.">
            <p>Choose "New visitor" or "Session only" to begin.</p>
          </Empty>
        )
      )}
    </div>
  );
}

interface ChooserProps {
  readonly data: Visitors;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly audience: Audience | undefined;
}

function Chooser({ data, search, setSearch, audience }: ChooserProps) {
  return (
    <Panel title="Visitor">
      <div class="buttons">
        <button
          type="button"
          aria-pressed={audience?.kind === "new"}
          onClick={() => select("new", `new-${drawText()}`)}
        >
          New visitor
        </button>
        <button
          type="button"
          aria-pressed={audience?.kind === "session"}
          onClick={() => select("session", createSession())}
        >
          Session only
        </button>
      </div>
      <label class="field">
        Search {formatNumber(data.known)} known visitors
        <input
          type="search"
          value={search}
          placeholder="user id"
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </label>
      {data.found.length === 0 && <p class="muted">No visitor's id contains "{search}".</p>}
      {/* Radio buttons, because a group of them is one stop of the Tab key. */}
      <div class="picks" role="radiogroup" aria-label="Known visitors">
        {data.found.map(({ id, events }) => (
          <label key={id}>
            <input
              type="radio"
              name="visitor"
              checked={audience?.kind === "known" && audience.userId === id}
              onChange={() => select("known", id)}
            />
            <span title={id}>{id}</span>
            <span class="muted">{countOf(events, "event")}</span>
          </label>
        ))}
      </div>
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
  const [choice, setChoice] = useState<Choice>({});
  const [similarTo, setSimilarTo] = useState<Card>();
  const related = Object.entries(data.placements).find(([, { needsItem }]) => needsItem)?.[0];
  const request = { stack: stackName, ...who, ...toRequest(data, choice) };
  const list = useList(request, audience, eventType);
  const { shown, before, status, error, busy } = list;
  const explanation = useExplanation(request, shown);
  return (
    <div class="stack">
      <Panel
        title={`Recommended to ${nameOf(audience)}`}
        actions={shown && <Badge tone={shown.source === "fallback" ? "warn" : "good"}>source: {shown.source}</Badge>}
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
          <Choices data={data} needsItem={false} choice={choice} choose={setChoice} />
          <button type="button" onClick={list.again} disabled={busy}>
            Ask again
          </button>
        </div>
        <Failure error={error} />
        <p class="status" role="status" aria-live="polite">
          {status}
        </p>
        {shown && !shown.filterApplied && <p class="failure">The filter was not applied to the fallback list.</p>}
        {shown ? (
          <Cards
            cards={shown.cards}
            before={before}
            label={`Recommendations for ${nameOf(audience)}, best first`}
            action={{ name: `Send ${eventType}`, run: list.click, busy }}
            showSimilar={related === undefined ? undefined : setSimilarTo}
            explain={explanation.ask}
          />
        ) : (
          !error && <Loading />
        )}
        <p class="muted">
          A percentage is the model's score; those of all items add up to 100 %. Popular and similar items have none.
        </p>
        {shown?.cards.length === 0 && <Empty title="No item passes this filter." />}
        <Explanation stackName={stackName} explanation={explanation} />
      </Panel>
      {related !== undefined && similarTo !== undefined && (
        <Related
          stackName={stackName}
          data={data}
          who={who}
          placement={related}
          card={similarTo}
          showSimilar={setSimilarTo}
        />
      )}
      <Timeline stackName={stackName} id={audience.userId ?? audience.sessionId} session={audience.sessionId} />
      {canRerank && shown && (
        <Reranking stackName={stackName} who={who} candidates={shown.cards.map(({ itemId }) => itemId)} />
      )}
    </div>
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
          <p>Click a card above: the event appears here once it has reached the model.</p>
        </Empty>
      )}
      <ol class="timeline" aria-label="Events, newest first">
        {data?.map(({ itemId, columns, eventType, time, source }, place) => {
          const { title, facts } = wordsOf(itemId, columns);
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
