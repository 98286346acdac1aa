import { canonical } from "./names";

/** What Describe answered, by property, where the answer is not what was given. */
export type Answers = Record<string, unknown>;

/** Whether it is a text, or texts by name: what can be put in other words, as a flag or a number cannot. */
const isText = (value: unknown) =>
  typeof value === "string" ||
  (typeof value === "object" && value !== null && Object.values(value).every((member) => typeof member === "string"));

/**
 * Inputs as the service has them, in the program's own words while both mean the same. Whether Describe repeats a text as
 * it was given or in a normal form is not documented; taken for drift, a normal form would replace the resource at every
 * run. So the first answer to an input is remembered beside it (`accepts`), and only a later change of that is drift.
 */
export function inOwnWords<I extends object>(
  properties: I & { answers?: Answers },
  observed: Partial<I>,
  accepts: (key: string) => boolean,
): Partial<I> & { answers?: Answers } {
  const answers: Answers = {};
  const words: Record<string, unknown> = {};
  for (const [key, answer] of Object.entries(observed)) {
    const given = (properties as Record<string, unknown>)[key];
    const same = (other: unknown) => canonical(answer) === canonical(other);
    const isEcho = isText(given) && !same(given) && (accepts(key) || same(properties.answers?.[key]));
    if (isEcho) answers[key] = answer;
    words[key] = isEcho ? given : answer;
  }
  return { ...words, ...(Object.keys(answers).length > 0 && { answers }) } as Partial<I> & { answers?: Answers };
}

/** The answers that an update leaves true: those to inputs that it does not change. */
export function answersKept<I extends { answers?: Answers }>(olds: I, news: object): { answers?: Answers } {
  const before = olds as Record<string, unknown>;
  const after = news as Record<string, unknown>;
  const kept = Object.entries(olds.answers ?? {}).filter(([key]) => canonical(before[key]) === canonical(after[key]));
  return kept.length > 0 ? { answers: Object.fromEntries(kept) } : {};
}
