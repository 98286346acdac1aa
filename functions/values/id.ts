/** The longest id of a user, session, item or event that the service takes (model of personalize-events). */
export const longestId = 256;

/** A text that is an id: not blank, and none that programs write for a missing id, which would make one visitor of many. */
export const idText = /^(?!\s*$|[Nn][Uu][Ll][Ll]$|\(not set\)$)/;

/** Returns what is wrong with an id, and never the id: reasons are read by people who must not learn it. */
export function describeBadId(id: string): string | undefined {
  if (id.length > longestId) return `is longer than ${longestId} characters`;
  if (idText.test(id)) return undefined;
  return id.trim() === "" ? "is empty" : "is null or (not set) as a text, which is no id";
}
