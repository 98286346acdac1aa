/**
 * The beginning of a text as a text of its own. A slice would keep the whole text in memory: what is kept of a request for
 * long must not keep the request.
 */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return Buffer.from(text.slice(0, longest), "utf16le").toString("utf16le");
}
