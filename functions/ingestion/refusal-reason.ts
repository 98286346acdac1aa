import { describeError } from "../support/telemetry";

/**
 * Returns why Personalize refused something, without what its message quotes of it: reasons are
 * read by people who must not learn who a visitor is. `sent` is what the service got.
 */
export function describeRefusal(what: "event" | "item" | "user", error: unknown, sent: unknown): string {
  // A text in quotation marks may be a part of a value, or a value in another form.
  let reason = describeError(error).reason.replace(/(["'`]).*\1/s, "…");
  // The longest first: a short text may be a part of another one.
  for (const text of listTexts(sent).sort((a, b) => b.length - a.length)) reason = leaveOut(reason, text);
  return `Personalize refused the ${what}: ${reason}`;
}

/** The texts and numbers in a value, not the names of its members, which are the service's. */
function listTexts(value: unknown): string[] {
  if (value instanceof Date) return [value.toISOString(), String(value.getTime() / 1000)];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(listTexts);
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

/** Shorter words are left out only where they are a whole word: any message has their letters. */
const shortWord = 4;

function leaveOut(message: string, text: string): string {
  if (text === "") return message;
  if (text.length >= shortWord || !/^[\p{L}\p{N}]+$/u.test(text)) return message.replaceAll(text, "…");
  return message.replace(/[\p{L}\p{N}]+/gu, (word) => (word === text ? "…" : word));
}
