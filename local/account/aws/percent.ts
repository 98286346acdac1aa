import { Fault } from "./fault";

/**
 * Decodes percent escapes in a path or a header. Throws the service's error `code` for an invalid
 * one.
 */
export function decodePercent(text: string, code: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault(code, "Couldn't parse the specified URI.", { status: 400 });
  }
}
