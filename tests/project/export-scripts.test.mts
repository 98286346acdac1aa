// The scripts of docs/own-data.md with a small file of each form, where Python has DuckDB and
// pandas.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { needs } from "../../local/tests/support/needs.ts";
import { succeeds } from "../../local/tests/support/succeeds.ts";
import { createFolder } from "../support/temporary-folder.mts";

const needsPandas = needs("python3 with duckdb and pandas", succeeds("python3", ["-c", "import duckdb, pandas"]));
const document = readFileSync("docs/own-data.md", "utf8");
const ann = createHash("md5").update("ann@x.org").digest("hex");

/** A file of each form, and the interactions that the script writes. */
const forms: Record<string, readonly [file: string, content: string, ...rows: string[]]> = {
  Shopify: [
    "orders_export_1.csv",
    `Name,Email,Financial Status,Created at,Lineitem sku,Lineitem name
#1,Ann@x.org,paid,2026-03-01 11:00:00 +0100,0012,Pan
#1,,,2026-03-01 11:00:00 +0100,,Cup
#2,Ann@x.org,refunded,2026-03-01 11:00:00 +0100,0013,Pot`,
    `${ann},0012,1772359200,Purchase`,
    `${ann},Cup,1772359200,Purchase`,
  ],
  WooCommerce: [
    "orders.csv",
    `customer_id,billing_email,date,item_sku,item_product_id,status,item_quantity,item_refunded_qty
0,Ann@x.org,2026-03-01 11:00:00,0012,7,completed,1,0
5,bob@x.org,2026-03-01 11:00:00,,8,processing,2,-1
5,bob@x.org,2026-03-01 11:00:00,0013,9,completed,1,-1`,
    "5,8,1772359200,Purchase",
    `${ann},0012,1772359200,Purchase`,
  ],
  "Google Analytics 4": [
    "events-1.json",
    `{"event_name":"view_item","event_timestamp":"1772359200123456","user_id":null,"user_pseudo_id":"p1","items":[{"item_id":"a"},{"item_id":"(not set)"}]}
{"event_name":"purchase","event_timestamp":"1772359200123456","user_id":"u1","user_pseudo_id":"p1","items":[{"item_id":"b"}]}
{"event_name":"scroll","event_timestamp":"1772359200123456","user_id":null,"user_pseudo_id":"p1","items":[]}`,
    "p1,a,1772359200,view_item",
    "u1,b,1772359200,purchase",
  ],
  "Shopify, export of customers": [
    "customers_export.csv",
    `Customer ID,Email,Accepts Email Marketing,Default Address Country Code
1,Ann@x.org,yes,AT
2,,no,DE`,
    `${ann},AT,yes`,
  ],
  Segment: [
    "segment-1.gz",
    `{"event":"Product Viewed","anonymousId":"x1","timestamp":"2026-03-01T10:00:00.000Z","properties":{"product_id":"0012"}}
{"event":"Order Completed","userId":"u1","anonymousId":"x1","timestamp":"2026-03-01T12:00:00+02:00","properties":{"total":5,"products":[{"product_id":"a"},{"product_id":"b"}]}}
{"type":"page","anonymousId":"x1","timestamp":"2026-03-01T10:00:00Z","properties":{"path":"/"}}`,
    "u1,a,1772359200,Order Completed",
    "u1,b,1772359200,Order Completed",
    "x1,0012,1772359200,Product Viewed",
  ],
  Magento: [
    "magento.csv",
    `customer_id;customer_email;state;created_at;sku;parent_item_id;qty_ordered;qty_refunded
;Ann@x.org;complete;2026-03-01 10:00:00;T\u00fcr-1;;1,0000;
37;bob@x.org;processing;2026-03-01 10:00:00;0012;NULL;2,0000;1,0000
37;bob@x.org;complete;2026-03-01 10:00:00;0012-S;5;1,0000;0,0000
37;bob@x.org;canceled;2026-03-01 10:00:00;0013;;1,0000;0,0000`,
    "37,0012,1772359200,Purchase",
    `${ann},T\u00fcr-1,1772359200,Purchase`,
  ],
};

describe("the script in docs/own-data.md for", needsPandas, () => {
  const folder = createFolder();
  test.each(Object.entries(forms))("%s writes the interactions or the users", (name, [file, content, ...rows]) => {
    const after = document.slice(document.indexOf(`**${name}`));
    const [, language, script = ""] = /^```(sql|python)\n(.*?)^```/ms.exec(after) ?? [];
    const bytes = Buffer.from(content, name === "Magento" ? "latin1" : "utf8");
    writeFileSync(join(folder, file), file.endsWith(".gz") ? gzipSync(bytes) : bytes);
    const program = language === "sql" ? "import duckdb, sys; duckdb.sql(sys.stdin.read())" : script;
    execFileSync("python3", ["-c", program], { cwd: folder, input: script });
    const [target, expected] = name.endsWith("customers")
      ? ["users.csv", "USER_ID,COUNTRY,NEWSLETTER"]
      : ["interactions.csv", "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"];
    const [header, ...written] = readFileSync(join(folder, target), "utf8").trim().split("\n");
    expect(header).toBe(expected);
    expect(written.sort()).toEqual(rows.sort());
  });
});
