// The columns' names and the formats of times in other systems, so that their files can be recognised and converted.

import { closest, distance } from "fastest-levenshtein";
import { findOrderExport, isOneOf } from "./shop-exports";

/** Names that are no id: an items file with `id` and `product` has the name in the second one. */
const itemNouns = ["item", "product", "artikel", "produkt", "article", "produit"];

/** Other names of the columns, in lower case and without anything but letters and digits. */
const synonyms: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    USER_ID: [
      ...["userid", "user", "uid", "visitorid", "visitor", "customerid", "customer", "memberid", "accountid"],
      ...["reviewerid", "buyerid", "clientid", "customernumber", "customerno", "kundenid", "kundennummer", "kundennr"],
      ...["kunde", "benutzer", "idclient", "numeroclient", "client", "email", "emailaddress", "customeremail"],
      ...["billingemail", "useremail"],
    ],
    ITEM_ID: [
      ...["itemid", "iid", "movieid", "filmid", "productid", "sku", "asin", "bookid", "isbn", "articleid"],
      ...["articlecode", "trackid", "songid", "artistid", "gameid", "animeid", "recipeid", "contentid", "offerid"],
      ...["productsku", "itemsku", "lineitemsku", "variantsku", "productcode", "itemcode", "stockcode", "artikelid"],
      ...["artikelnummer", "artikelnr", "produktid", "produktnummer", "idproduit", "codeproduit", "idarticle"],
      ...itemNouns,
    ],
    TIMESTAMP: [
      ...["timestamp", "time", "ts", "datetime", "date", "unixtime", "unixreviewtime", "eventtime", "eventtimestamp"],
      ...["createdat", "reviewtime", "orderdate", "invoicedate", "purchasedate", "orderedat", "purchasedat"],
      ...["transactiondate", "eventdate", "datum", "zeit", "zeitpunkt", "bestelldatum", "kaufdatum", "rechnungsdatum"],
      ...["auftragsdatum", "datecommande", "datedecommande", "dateachat"],
    ],
    EVENT_TYPE: [
      ...["eventtype", "event", "action", "actiontype", "behavior", "behaviour", "behaviortype", "interactiontype"],
    ],
    EVENT_VALUE: [
      ...["eventvalue", "rating", "ratings", "score", "stars", "overall", "bookrating", "playcount", "bewertung"],
    ],
  }),
);

/** Columns that say which order a line is part of. */
const orderNames = [
  ...["orderid", "ordernumber", "orderno", "ordernr", "ordername", "order", "invoiceid", "invoiceno", "invoicenumber"],
  ...["invoice", "transactionid", "purchaseid", "receiptid", "bestellnummer", "bestellnr", "bestellung"],
  ...["auftragsnummer", "rechnungsnummer", "numerocommande", "numerodecommande", "commande"],
];

/** Columns with times of orders and events, which no items file has. */
const eventTimes = (synonyms.get("TIMESTAMP") ?? []).filter(
  (name) => !["date", "datum", "time", "zeit", "createdat"].includes(name),
);

const quantities = ["quantity", "qty", "menge", "anzahl", "stueckzahl", "quantite"];

/** Names that an items file has for the time at which an item was added. */
const creationNames = ["creationtimestamp", "createdat", "creationtime", "addedat"];

const withoutAccents = (name: string) => name.replaceAll("ß", "ss").normalize("NFD").replaceAll(/\p{M}/gu, "");

const plain = (name: string) =>
  withoutAccents(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");

const required = ["USER_ID", "ITEM_ID", "TIMESTAMP"];

/** A file's columns, by the columns of the import. */
export interface RecognisedColumns {
  readonly kind: "interactions" | "items";
  /** Name in the import to the names in the file; of several, the first one with a value in a row counts. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** The column that says which order a line is part of. */
  readonly order?: string | undefined;
  /** Columns with several line items in one cell. */
  readonly lineItems?: readonly string[] | undefined;
  /** A user that stands for all visitors without an account. */
  readonly guest?: string | undefined;
}

/**
 * Recognises a file of interactions (users, items and times), among them the order exports of shops, or of items by its
 * header. `given` names columns that are not recognised, or not meant. Undefined when the file is neither.
 */
export function recogniseColumns(
  header: readonly string[],
  given: ReadonlyMap<string, string> = new Map(),
): RecognisedColumns | undefined {
  const interactions = findInteractions(header, given);
  if (required.every((column) => interactions.columns.has(column))) return interactions;
  if (given.has("USER_ID") || given.has("TIMESTAMP") || hasInteractions(header)) return undefined;
  const itemId =
    given.get("ITEM_ID") ??
    firstOf(header, ["itemid", ...namesOf("ITEM_ID").filter((name) => !itemNouns.includes(name))]) ??
    firstOf(header, ["id", ...itemNouns]);
  return itemId === undefined ? undefined : { kind: "items", columns: nameItemColumns(header, itemId, given) };
}

/** The columns of interactions that a file does not have, by the names of the import. */
export function missingColumns(
  header: readonly string[],
  given: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const { columns } = findInteractions(header, given);
  return required.filter((column) => !columns.has(column));
}

/** The name in the header that is most similar to a usual one of the column; undefined when none is similar. */
export function mostSimilarName(header: readonly string[], column: string): string | undefined {
  const usual = namesOf(column);
  // The number of an order is similar to many names, and never what is missing.
  const taken = [...findInteractions(header, new Map()).columns.values()].flat();
  const [best] = header
    .filter((name) => plain(name).length > 2 && !taken.includes(name) && !orderNames.includes(plain(name)))
    .map((name) => {
      const nearest = closest(plain(name), [...usual]);
      return { name, share: distance(plain(name), nearest) / Math.max(plain(name).length, nearest.length) };
    })
    .sort((a, b) => a.share - b.share);
  return best !== undefined && best.share <= 0.5 ? best.name : undefined;
}

const namesOf = (column: string): readonly string[] => [plain(column), ...(synonyms.get(column) ?? [])];

const allOf = (header: readonly string[], names: readonly string[]): readonly string[] =>
  names.flatMap((name) => header.filter((each) => plain(each) === name));

const firstOf = (header: readonly string[], names: readonly string[]): string | undefined => allOf(header, names)[0];

function findInteractions(header: readonly string[], given: ReadonlyMap<string, string>): RecognisedColumns {
  const shop = findOrderExport(header.map(plain));
  const ofShop = (column: string) => allOf(header, shop?.columns.get(column) ?? []);
  const packed = header.filter((name) => isOneOf(shop?.lineItems ?? [], plain(name)));
  const lineItems = given.has("ITEM_ID") || ofShop("ITEM_ID").length > 0 ? [] : packed;
  const columns = new Map<string, readonly string[]>();
  for (const column of synonyms.keys()) {
    const chosen = given.get(column);
    const special = column === "ITEM_ID" && lineItems.length > 0 ? lineItems : ofShop(column);
    const usual = special.length > 0 ? special : allOf(header, namesOf(column)).slice(0, 1);
    const names = chosen === undefined ? usual : [chosen];
    if (names.length > 0) columns.set(column, names);
  }
  return {
    kind: "interactions",
    columns,
    order: firstOf(header, shop?.order ?? orderNames),
    lineItems,
    guest: shop?.guest,
  };
}

/** Recognises the columns of orders or events: such a file is never one of items. */
function hasInteractions(header: readonly string[]): boolean {
  const has = (names: readonly string[]) => firstOf(header, names) !== undefined;
  if (findOrderExport(header.map(plain)) !== undefined) return true;
  if (has([...namesOf("USER_ID"), ...orderNames.filter((name) => name !== "order"), ...eventTimes])) return true;
  return has(["order", ...quantities]) && has(["date", "datum"]);
}

/** Every column of an items file, with the name that a schema allows: letters, digits and underscores. */
function nameItemColumns(
  header: readonly string[],
  itemId: string,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const chosen = new Map([...given].map(([column, name]) => [name, column]));
  const created = header.find((name) => creationNames.includes(plain(name)));
  const columns = new Map<string, readonly string[]>([["ITEM_ID", [itemId]]]);
  for (const name of header) {
    const column = chosen.get(name) ?? (name === created ? "CREATION_TIMESTAMP" : toColumnName(name));
    if (name !== itemId && column !== "" && !columns.has(column)) columns.set(column, [name]);
  }
  return columns;
}

/** `Product Name` is PRODUCT_NAME, and `releaseYear` RELEASE_YEAR. */
const toColumnName = (name: string): string =>
  withoutAccents(name)
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
    const found = [1, 1e3, 1e6, 1e9].map((perSecond) => Number(text) / perSecond).find((seconds) => seconds < 1e11);
    return found === undefined ? undefined : Math.floor(found);
  }
  const [, date, time, offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?))?\s*(Z|UTC|[-+]\d\d:?\d\d)?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const zone = offset === undefined || offset === "UTC" ? "Z" : offset.replace(/^([-+]\d\d)(\d\d)$/, "$1:$2");
  // JavaScript turns 2026-02-30 into 2 March.
  if (!isDay(date)) return undefined;
  const milliseconds = Date.parse(`${date}T${(time ?? "00:00:00").replace(",", ".")}${zone}`);
  return Number.isNaN(milliseconds) || milliseconds < 0 ? undefined : Math.floor(milliseconds / 1000);
}

/** Looks a day, which is written as an ISO date, up in the calendar. */
export function isDay(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}
