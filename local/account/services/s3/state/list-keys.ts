import { invalidArgument } from "../faults";

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys after this one, without the common prefix that it begins with. */
  readonly after: string;
  readonly limit: number;
}

interface Listing {
  readonly keys: string[];
  readonly prefixes: string[];
  /** The last key or common prefix of the page if there are more. */
  readonly last: string | undefined;
}

/** One page of keys in byte order, those that share a prefix up to the delimiter rolled into one. */
export function listKeys(keys: Iterable<string>, { prefix, delimiter, after, limit }: ListRequest): Listing {
  const listing = { keys: [] as string[], prefixes: [] as string[] };
  let last: string | undefined;
  let count = 0;
  const matching = sorted([...keys].filter((key) => key.startsWith(prefix) && compare(key, after) > 0));
  for (const key of matching) {
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const rolled = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (rolled !== undefined && (rolled === last || rolled === after)) continue;
    if (count === limit) return { ...listing, last: limit === 0 ? undefined : last };
    last = rolled ?? key;
    if (rolled === undefined) listing.keys.push(key);
    else listing.prefixes.push(rolled);
    count++;
  }
  return { ...listing, last: undefined };
}

/** S3 orders by UTF-8 bytes; JavaScript's own order is the same unless there are characters beyond the basic plane. */
export const compare = (a: string, b: string) =>
  beyondBasic.test(a) || beyondBasic.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : byUnits(a, b);
const beyondBasic = /[\ud800-\udfff]/;
const byUnits = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

const sorted = (keys: string[]) => keys.sort(keys.some((key) => beyondBasic.test(key)) ? compare : byUnits);

/** Characters that XML cannot carry make `EncodingType: url` necessary; the SDKs of Python and the CLI always ask for it. */
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
