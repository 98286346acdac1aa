import { isKnownWord } from "./prose";
import type { Rule } from "./rule";

const address = String.raw`[\w.+%-]+@[\w-]+(?:\.[\w-]+)*`;
const word = String.raw`[\p{L}\p{M}][\p{L}\p{M}'’.-]*`;
const capital = String.raw`\p{Lu}[\p{L}\p{M}'’.-]*`;
const opening = String.raw`(?:<|&lt;|\(|\[)`;

const areKnown = (found: string) => found.split(/[\s,]+/).every((part) => isKnownWord(part));

/** Names of people that stand beside their e-mail address. */
export const nameRules: readonly Rule[] = [
  // `Jane Doe <jane@acme.com>`, `jane doe (jane@acme.com)`.
  {
    label: "name",
    pattern: new RegExp(
      String.raw`(?<![\p{L}\p{M}<])${word}(?:,? ${word}){0,3}(?=["'”»]?\s*${opening}\s*(?:mailto:)?${address})`,
      "gu",
    ),
    keep: areKnown,
  },
  // `jane@acme.com (Jane Doe)`.
  {
    label: "name",
    pattern: new RegExp(String.raw`(?<=${address}\s*${opening}\s*)${word}(?:,? ${word}){0,3}`, "gu"),
    keep: areKnown,
  },
  // `Jane Doe, jane@acme.com`, `Jane: jane@acme.com`.
  {
    label: "name",
    pattern: new RegExp(
      String.raw`(?<![\p{L}\p{M}<])${capital}(?: ${capital}){0,3}(?=["'”»]?(?:[,;:]|\s[–-])?\s+["'<(]?${address})`,
      "gu",
    ),
    keep: areKnown,
  },
  // `jane@acme.com, Jane Doe`.
  {
    label: "name",
    pattern: new RegExp(
      String.raw`(?<=${address}[>)\]]?(?:[,;:]|\s[–-])?\s+["'“«]?)${capital}(?: ${capital}){0,3}`,
      "gu",
    ),
    keep: areKnown,
  },
];

/** Takes out the words of an address, such as `jane` and `doe`, wherever else its text has them. */
export function takeOwners(text: string, label: (name: string) => string): string {
  const owners = (text.match(new RegExp(address, "g")) ?? [])
    .flatMap((found) => (found.split("@")[0] ?? "").split(/[^a-z]+/i))
    .filter((part) => part.length > 2 && !isKnownWord(part));
  return [...new Set(owners)].reduce(
    (rest, owner) => rest.replace(new RegExp(`(?<![\\w.+%@<-])${owner}(?![\\w.+%@>-])`, "gi"), label),
    text,
  );
}
