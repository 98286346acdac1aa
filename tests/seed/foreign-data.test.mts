import { describe, expect, test } from "vitest";
import { missingColumns, mostSimilarName, recogniseColumns, toEpochSeconds } from "../../seed/own-data/foreign-data.ts";

const recognise = (header: string, given?: Record<string, string>) => {
  const found = recogniseColumns(header.split(","), new Map(Object.entries(given ?? {})));
  return (
    found && { kind: found.kind, ...Object.fromEntries([...found.columns].map(([to, from]) => [to, from.join()])) }
  );
};

describe("a file of interactions", () => {
  test.each([
    ["userId,movieId,rating,timestamp", { USER_ID: "userId", ITEM_ID: "movieId", EVENT_VALUE: "rating" }],
    ["user_id,item_id,ts", { USER_ID: "user_id", ITEM_ID: "item_id", TIMESTAMP: "ts" }],
    ["visitorid,itemid,event,timestamp", { USER_ID: "visitorid", EVENT_TYPE: "event" }],
    ["reviewerID,asin,overall,unixReviewTime", { USER_ID: "reviewerID", ITEM_ID: "asin", TIMESTAMP: "unixReviewTime" }],
    [
      "event_time,event_type,product_id,category_id,price,user_id",
      { TIMESTAMP: "event_time", EVENT_TYPE: "event_type" },
    ],
    ["User-ID,ISBN,Book-Rating,Date", { USER_ID: "User-ID", ITEM_ID: "ISBN", EVENT_VALUE: "Book-Rating" }],
    ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", { USER_ID: "USER_ID", TIMESTAMP: "TIMESTAMP" }],
  ])("with %s is recognised", (header, columns) => {
    expect(recognise(header)).toMatchObject({ kind: "interactions", ...columns });
  });

  test("without a time is not recognised, unless its name is given", () => {
    expect(recognise("user,item,when")).toBeUndefined();
    expect(recognise("user,item,when", { TIMESTAMP: "when" })).toMatchObject({ TIMESTAMP: "when" });
  });
});

describe("a file of orders", () => {
  test.each([
    "order_id,product_id,quantity,price",
    "order_id,date,sku,email",
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice",
    "Date,SKU,Quantity,Price",
    "Bestellnummer;Artikelnummer;Menge".replaceAll(";", ","),
    "product_id,timestamp,event",
    "Name,Id,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku",
  ])("with %s is never one of items", (header) => {
    expect(recognise(header)?.kind).not.toBe("items");
  });

  test("has its customers' e-mail addresses as users if it has nothing else", () => {
    expect(recognise("order_id,email,sku,order_date")).toMatchObject({ kind: "interactions", USER_ID: "email" });
    expect(recognise("order_id,email,customer_id,sku,order_date")).toMatchObject({ USER_ID: "customer_id" });
  });

  test.each([
    ["Kundennummer,Artikelnummer,Bestelldatum,Menge", "Kundennummer", "Artikelnummer", "Bestelldatum"],
    ["Client,Produit,Date de commande,Quantité", "Client", "Produit", "Date de commande"],
  ])("in another language, with %s, is recognised", (header, user, item, time) => {
    expect(recognise(header)).toEqual({ kind: "interactions", USER_ID: user, ITEM_ID: item, TIMESTAMP: time });
  });
});

test("only the missing column is named, with the most similar name of the header", () => {
  const header = ["user_id", "item_id", "timestmp", "price"];
  expect(missingColumns(header)).toEqual(["TIMESTAMP"]);
  expect(mostSimilarName(header, "TIMESTAMP")).toBe("timestmp");
  expect(mostSimilarName(["order_id", "total", "order_date"], "USER_ID")).toBeUndefined();
  expect(mostSimilarName(["user", "item", "colour"], "TIMESTAMP")).toBeUndefined();
});

describe("a file of items", () => {
  test("is recognised, and its columns get names that a schema allows", () => {
    expect(recognise("movieId,title,genres")).toEqual({
      kind: "items",
      ITEM_ID: "movieId",
      TITLE: "title",
      GENRES: "genres",
    });
    expect(recognise("id,Product Name,unitPrice (€),created_at")).toEqual({
      kind: "items",
      ITEM_ID: "id",
      PRODUCT_NAME: "Product Name",
      UNIT_PRICE: "unitPrice (€)",
      CREATION_TIMESTAMP: "created_at",
    });
  });

  test("has the column of ids as ITEM_ID, and letters with accents without them", () => {
    expect(recognise("id,product,Größe,time,order")).toEqual({
      kind: "items",
      ITEM_ID: "id",
      PRODUCT: "product",
      GROSSE: "Größe",
      TIME: "time",
      ORDER: "order",
    });
  });

  test("of Shopify has the SKU of its variants", () => {
    expect(recognise("Handle,Title,Vendor,Variant SKU,Variant Price")).toMatchObject({ ITEM_ID: "Variant SKU" });
  });

  test("without an id is not recognised", () => {
    expect(recognise("title,genres")).toBeUndefined();
  });
});

describe("a time", () => {
  test.each([
    ["in seconds", "1717200013", 1717200013],
    ["in seconds with decimals", "1717200013.75", 1717200013],
    ["in milliseconds", "1717200013123", 1717200013],
    ["in microseconds", "1717200013123456", 1717200013],
    ["in nanoseconds", "1717200013123456789", 1717200013],
    ["as ISO date and time in UTC", "2024-06-01T00:00:13Z", 1717200013],
    ["as ISO date and time with an offset", "2024-06-01T02:00:13.5+0200", 1717200013],
    ["without an offset, which is UTC on every machine", "2024-06-01 00:00:13", 1717200013],
    ["with the word UTC", "2024-06-01 00:00:13 UTC", 1717200013],
    ["as a date", "2024-06-01", 1717200000],
  ])("%s is understood", (_what, text, seconds) => {
    expect(toEpochSeconds(text)).toBe(seconds);
  });

  test.each([
    "",
    "yesterday",
    "06/01/2024",
    "2024-13-01",
    "2024-02-30",
    "-5",
    "1901-01-01",
    "9".repeat(309),
    "9".repeat(40),
  ])("%j is refused", (text) => {
    expect(toEpochSeconds(text)).toBeUndefined();
  });
});
