import { toCanonicalJson } from "./names";

/** The values that Describe returned, by input, where they differ from the program's. */
export type Answers = Record<string, unknown>;

/**
 * Returns true for a text, or texts by name: only texts can have two wordings, flags and numbers
 * cannot.
 */
const isText = (value: unknown) =>
  typeof value === "string" ||
  (typeof value === "object" && value !== null && Object.values(value).every((member) => typeof member === "string"));

/**
 * Returns the inputs as the service has them, in the program's wording where both mean the same.
 * AWS does not document whether Describe repeats a text as it was given or in a normal form. If a
 * normal form counted as drift, it would replace the resource at every run. So the first answer to
 * an input is stored next to it (`accepts`), and only a later change of that answer is drift.
 */
export function keepProgramWording<I extends object>(
  properties: I & { answers?: Answers },
  observed: Partial<I>,
  accepts: (key: string) => boolean,
): Partial<I> & { answers?: Answers } {
  const program = new Map<string, unknown>(Object.entries(properties));
  const remembered = new Map(Object.entries(properties.answers ?? {}));
  const answers = new Map<string, unknown>();
  const inputs = Object.entries(observed).map(([key, answer]) => {
    const given = program.get(key);
    const isSame = (other: unknown) => toCanonicalJson(answer) === toCanonicalJson(other);
    const isOtherWording = isText(given) && !isSame(given) && (accepts(key) || isSame(remembered.get(key)));
    if (isOtherWording) answers.set(key, answer);
    return [key, isOtherWording ? given : answer];
  });
  const kept = answers.size > 0 ? { answers: Object.fromEntries(answers) } : {};
  return { ...Object.fromEntries(inputs), ...kept } as Partial<I> & { answers?: Answers };
}

/** Returns the answers that stay valid after an update: those to inputs that it does not change. */
export function keepAnswers<I extends { answers?: Answers }>(olds: I, news: object): { answers?: Answers } {
  const before = new Map<string, unknown>(Object.entries(olds));
  const after = new Map<string, unknown>(Object.entries(news));
  const isUnchanged = (key: string) => toCanonicalJson(before.get(key)) === toCanonicalJson(after.get(key));
  const kept = Object.entries(olds.answers ?? {}).filter(([key]) => isUnchanged(key));
  return kept.length > 0 ? { answers: Object.fromEntries(kept) } : {};
}
