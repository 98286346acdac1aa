import { invalidArgument } from "../faults";
import { firstFrom } from "./key-index";
import { byBytes } from "./key-order";

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys after this one, without the common prefix that it is or begins with (recorded). */
  readonly after: string;
  readonly limit: number;
}

interface Listing {
  readonly keys: string[];
  readonly prefixes: string[];
  /** The last key or common prefix of the page if there are more. */
  readonly last: string | undefined;
}

/** A key of a list, or the common prefix of several. */
interface ListEntry {
  readonly name: string;
  readonly isPrefix: boolean;
}

/**
 * One page of keys in byte order, those that share a prefix up to the delimiter rolled into one.
 */
export function listKeys(keys: readonly string[], request: ListRequest, isListed: (key: string) => boolean): Listing {
  const listing = { keys: [] as string[], prefixes: [] as string[] };
  let last: string | undefined;
  let count = 0;
  for (const entry of walkKeys(keys, request, isListed)) {
    if (count === request.limit) return { ...listing, last: request.limit === 0 ? undefined : last };
    (entry.isPrefix ? listing.prefixes : listing.keys).push(entry.name);
    last = entry.name;
    count++;
  }
  return { ...listing, last: undefined };
}

/**
 * The entries of a list from a position on, of keys in byte order. The keys of a common prefix are
 * not walked through.
 */
export function* walkKeys(
  keys: readonly string[],
  { prefix, delimiter, after }: Omit<ListRequest, "limit">,
  isListed: (key: string) => boolean,
): Generator<ListEntry> {
  let at = firstFrom(keys, byBytes(after, prefix) > 0 ? after : prefix);
  for (let key = keys[at]; key?.startsWith(prefix); key = keys[at]) {
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (common !== undefined && after.startsWith(common)) at = firstBehind(keys, common, at);
    else if (key === after || !isListed(key)) at++;
    else {
      yield { name: common ?? key, isPrefix: common !== undefined };
      at = common === undefined ? at + 1 : firstBehind(keys, common, at);
    }
  }
}

/** The index of the first key behind those that begin with `prefix`, of which one is at `from`. */
function firstBehind(keys: readonly string[], prefix: string, from: number): number {
  let low = from;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]?.startsWith(prefix)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Characters that XML cannot carry make `EncodingType: url` necessary; the SDKs of Python and the
 * CLI always ask for it.
 */
export function createEncoder(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== "url") {
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  }
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
}

/** The size of a page: as requested, at most a thousand. The error contains `parameter`. */
export function pageSize(asked = 1000, parameter = "max-keys"): number {
  if (Number.isInteger(asked) && asked >= 0 && asked <= 2_147_483_647) return Math.min(asked, 1000);
  throw invalidArgument(`Argument ${parameter} must be an integer between 0 and 2147483647`, parameter, asked);
}
