import { bold } from "../terminal/paint";
import { wrap } from "../terminal/wrap";
import type { Explanation } from "./explain";

/** Formats an explanation in lines of at most 80 columns, but for commands and ids. */
export function formatExplanation({ sentence, causes, notes }: Explanation): string[] {
  const found = causes.flatMap(({ text, see, remedy }, index) => {
    const [first = "", ...more] = wrap(text, "   ");
    return [`${`${index + 1}.`.padEnd(3)}${first.trimStart()}`, ...more, `   ${see}`, ...wrap(remedy, "   "), ""];
  });
  const [title = "", ...more] = wrap(sentence, "");
  return [[title, ...more].map(bold).join("\n"), "", ...found, ...notes.flatMap((note) => wrap(note, ""))];
}
