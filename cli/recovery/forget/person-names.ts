// Names of members and parameters that can have a person's id. Others have other values, such as a
// page's number, even if they look like an id.
import { distance } from "fastest-levenshtein";

/** Words that follow one for a person or a session when the value is an id. */
const ends = "(?:ids?|key|uuid|guid|hash|token|ref|code)";
const ofPersons = "(?:name|no|nr|num|number|mail|email)";

/** Words that are used alone, also at the end of a longer name, `shopUser`; and `userUpdate`. */
const alone = /(?:user|usr|visitor|customer|session)s?(?:updates?)?$/;
const personId = new RegExp(
  `(?:user|usr|visitor|customer|client|member|account|person|guest|login|profile)s?(?:${ends}|${ofPersons})$|` +
    `sess(?:ion)?s?${ends}$|(?:anonymous|distinct|device|cookie)id$|^(?:uid|sid)$`,
);
/**
 * Members of an object that describes a person or a session. The last ones are of other databases'
 * JSON.
 */
const idOfPerson = new RegExp(`^(?:${ends}|${ofPersons}|value|oid|numberlong|s|n)$`);

/** `user_id`, `userID` and `user-id` are the same name. */
const toLetters = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * Says what a member's name promises: the id of a person, a person, or an id when it belongs to a
 * person.
 */
export function classifyName(name: string): "id" | "person" | "id of a person" | "other" {
  const letters = toLetters(name);
  if (personId.test(letters) || isMisspelt(letters)) return "id";
  if (alone.test(letters)) return "person";
  return idOfPerson.test(letters) ? "id of a person" : "other";
}

/** The contract's names with at most two wrong letters. */
const isMisspelt = (letters: string): boolean =>
  letters.endsWith("id") && ["userid", "sessionid"].some((name) => distance(letters, name) <= 2);
