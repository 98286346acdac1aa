import { Fault } from "./fault";

/** Decodes the percent escapes of a name in a path or a header; a broken one is the fault `code` of the service. */
export function decodePercent(text: string, code: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault(code, "Couldn't parse the specified URI.", { status: 400 });
  }
}
