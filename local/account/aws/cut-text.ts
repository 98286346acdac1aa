/**
 * Copies the beginning of a text. A slice would keep the whole text in memory, and what is kept of a request must not
 * keep all of the request.
 */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return Buffer.from(text.slice(0, longest), "utf16le").toString("utf16le");
}
