import { useEffect, useRef } from "preact/hooks";
import type { LogLine } from "../messages";
import { Scroll, Time } from "./parts";

/** The lines of a log group, the newest last and in sight. */
export function LogLines({ group, lines }: { group: string; lines: readonly LogLine[] }) {
  const list = useRef<HTMLOListElement>(null);
  const newest = lines.at(-1);
  const end = newest && `${newest.time} ${newest.message} ${lines.length}`;
  useEffect(() => {
    const frame = end === undefined ? undefined : list.current?.parentElement;
    frame?.scrollTo({ top: frame.scrollHeight });
  }, [end]);
  if (lines.length === 0) return null;
  return (
    <Scroll label={`Lines of ${group}, oldest first`} kind="log">
      <ol ref={list}>
        {lines.map(({ time, message }, place) => (
          <li key={`${time} ${place}`}>
            <Time at={time} short /> <span class="message">{message.trimEnd()}</span>
          </li>
        ))}
      </ol>
    </Scroll>
  );
}
