// The elements of all views.
import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";

export function Panel({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = `panel-${title.replaceAll(/\W+/g, "-").toLowerCase()}`;
  return (
    <section class="panel" aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

/** Says what to do if there is nothing to show. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Failure({ error }: { error: string | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="failure" role="alert">
      {error}
    </p>
  );
}

export const Loading = () => <p class="muted loading">Reading …</p>;

type Tone = "good" | "bad" | "warn" | "plain" | "accent";

export const Badge = ({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

/** A status of AWS, coloured by its meaning. */
export function Status({ value }: { value: string }) {
  const good = /^(ACTIVE|OK|SUCCEEDED|Enabled|promoted)$/i.test(value);
  const bad = /FAILED|ALARM|ABORTED|TIMED_OUT|^failed/i.test(value);
  const warn = /IN_PROGRESS|PENDING|RUNNING|INSUFFICIENT|kept|rolled|skipped/i.test(value);
  return (
    <Badge tone={good ? "good" : bad ? "bad" : warn ? "warn" : "plain"}>
      {value.replaceAll("_", " ").toLowerCase()}
    </Badge>
  );
}

/** An ARN opens its resource, wherever it is shown. */
export function Arn({ arn, label }: { arn: string; label?: string }) {
  if (!arn.startsWith("arn:")) return <Name text={label ?? arn} />;
  return (
    <a class="arn" href={`#/resources/${encodeURIComponent(arn)}`} title={arn}>
      <Name text={label ?? shortenArn(arn)} />
    </a>
  );
}

/** A name, which is broken after its marks where it does not fit, and not inside its words. */
export const Name = ({ text }: { text: string }) => (
  <>
    {text.split(/(?<=[-_/:.])/).map((piece, place) => (
      <Fragment key={`${place} ${piece}`}>
        {place > 0 && <wbr />}
        {piece}
      </Fragment>
    ))}
  </>
);

export function shortenArn(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  return resource === "" ? arn : resource;
}

/**
 * All times are the account's, in the zone of its clock. `dateStyle` cannot be combined with the
 * zone's name.
 */
const zone = { timeZone: "UTC", timeZoneName: "short", hourCycle: "h23" } as const;
const timeParts = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
const shortTime = new Intl.DateTimeFormat("en", { ...timeParts, ...zone });
const clockTime = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  year: "numeric",
  ...timeParts,
  ...zone,
});
export const formatTime = (at: string | number) => clockTime.format(new Date(at));

export function Time({ at, short = false }: { at: string | number; short?: boolean }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>–</span>;
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {(short ? shortTime : clockTime).format(date)}
    </time>
  );
}

/** JSON on demand. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <details class="json">
      <summary>{label}</summary>
      <Lines label={label}>{JSON.stringify(value, null, 2)}</Lines>
    </details>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (text: string) => void;
  readonly placeholder?: string;
}

/**
 * A field whose text counts when Enter is pressed, or the field is left. Until then it keeps what
 * was typed, also when the view around it is drawn again.
 */
export function TextField({ label, value, change, placeholder = "" }: TextFieldProps) {
  // No effect that follows the value: it would run later than the first key.
  const [typed, setTyped] = useState<string>();
  return (
    <label class="field grow">
      {label}
      <input
        value={typed ?? value}
        placeholder={placeholder}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget }) => change(currentTarget.value)}
        onBlur={() => setTyped(undefined)}
      />
    </label>
  );
}

export const formatNumber = (value: number) => new Intl.NumberFormat("en").format(value);
export const formatFigure = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(4));
export const formatBytes = (value: number) => (value < 1024 ? `${value} B` : `${(value / 1024).toFixed(1)} KiB`);
export const formatMilliseconds = (value: number) =>
  value < 10 ? `${value.toFixed(1)} ms` : `${formatNumber(Math.round(value))} ms`;

/** Lets an element that scrolls by itself be reached and scrolled by keyboard (WCAG 2.1.1). */
export function Scroll({ label, kind = "", children }: { label: string; kind?: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise a keyboard cannot scroll it.
    <section class={`scroll ${kind}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

export function Lines({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <Scroll label={label} kind="lines">
      <pre>{children}</pre>
    </Scroll>
  );
}
