// What other systems call the columns and write as times, so that their files can be recognised and converted.

/** Other names of the columns, in lower case and without anything but letters and digits. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  USER_ID: [
    ...["userid", "user", "uid", "visitorid", "visitor", "customerid", "customer", "memberid", "accountid"],
    ...["reviewerid", "buyerid", "clientid"],
  ],
  ITEM_ID: [
    ...["itemid", "item", "iid", "movieid", "filmid", "productid", "product", "sku", "asin", "bookid", "isbn"],
    ...[
      "articleid",
      "articlecode",
      "trackid",
      "songid",
      "artistid",
      "gameid",
      "animeid",
      "recipeid",
      "contentid",
      "offerid",
    ],
  ],
  TIMESTAMP: [
    ...["timestamp", "time", "ts", "datetime", "date", "unixtime", "unixreviewtime", "eventtime", "eventtimestamp"],
    ...["createdat", "reviewtime", "orderdate", "invoicedate"],
  ],
  EVENT_TYPE: [
    "eventtype",
    "event",
    "action",
    "actiontype",
    "behavior",
    "behaviour",
    "behaviortype",
    "interactiontype",
  ],
  EVENT_VALUE: ["eventvalue", "rating", "ratings", "score", "stars", "overall", "bookrating", "playcount"],
};

/** Names that an items file has for the time at which an item was added. */
const creationNames = ["creationtimestamp", "createdat", "creationtime", "addedat"];

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** What a file's columns are, by the columns of the import. */
export interface RecognisedColumns {
  readonly kind: "interactions" | "items";
  /** Name in the import to name in the file. */
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * Recognises a file of interactions (users, items and times) or of items by its header. `given` names columns that are not
 * recognised, or not meant. Undefined when the file is neither.
 */
export function recogniseColumns(
  header: readonly string[],
  given: ReadonlyMap<string, string> = new Map(),
): RecognisedColumns | undefined {
  const find = (column: string) => {
    const chosen = given.get(column);
    if (chosen !== undefined) return chosen;
    const names = [plain(column), ...(synonyms[column] ?? [])];
    return names.flatMap((name) => header.filter((each) => plain(each) === name))[0];
  };
  const columns = new Map<string, string>();
  for (const column of Object.keys(synonyms)) {
    const found = find(column);
    if (found !== undefined) columns.set(column, found);
  }
  if (["USER_ID", "ITEM_ID", "TIMESTAMP"].every((column) => columns.has(column)))
    return { kind: "interactions", columns };
  const itemId = find("ITEM_ID") ?? header.find((name) => plain(name) === "id");
  if (columns.has("USER_ID") || itemId === undefined) return undefined;
  return { kind: "items", columns: nameItemColumns(header, itemId, given) };
}

/** Every column of an items file, with the name that a schema allows: letters, digits and underscores. */
function nameItemColumns(
  header: readonly string[],
  itemId: string,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const chosen = new Map([...given].map(([column, name]) => [name, column]));
  const created = header.find((name) => creationNames.includes(plain(name)));
  const columns = new Map([["ITEM_ID", itemId]]);
  for (const name of header) {
    const column = chosen.get(name) ?? (name === created ? "CREATION_TIMESTAMP" : toColumnName(name));
    if (name !== itemId && column !== "" && !columns.has(column)) columns.set(column, name);
  }
  return columns;
}

/** `Product Name` is PRODUCT_NAME, and `releaseYear` RELEASE_YEAR. */
const toColumnName = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^[_\d]+|_+$/g, "")
    .toUpperCase();

/**
 * The whole seconds since 1970 of a time that is written as a number of seconds, milliseconds, microseconds or nanoseconds,
 * or as an ISO date, which is UTC where it has no offset. Undefined for another text.
 */
export function toEpochSeconds(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    // 100,000,000,000 seconds are the year 5138, and as many milliseconds the year 1973.
    let seconds = Number(text);
    while (seconds >= 1e11) seconds /= 1000;
    return Math.floor(seconds);
  }
  const [, date, time, offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?))?\s*(Z|UTC|[-+]\d\d:?\d\d)?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const zone = offset === undefined || offset === "UTC" ? "Z" : offset.replace(/^([-+]\d\d)(\d\d)$/, "$1:$2");
  const milliseconds = Date.parse(`${date}T${(time ?? "00:00:00").replace(",", ".")}${zone}`);
  return Number.isNaN(milliseconds) || milliseconds < 0 ? undefined : Math.floor(milliseconds / 1000);
}
