// The scripts of docs/own-data.md with a small file of each form; where Python has DuckDB and pandas.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createFolder } from "../support/temporary-folder.mts";

const hasPython = spawnSync("python3", ["-c", "import duckdb, pandas"]).status === 0;
const document = readFileSync("docs/own-data.md", "utf8");
const lines = (...objects: object[]) => objects.map((each) => JSON.stringify(each)).join("\n");
const ga = (event_name: string, items: object[], user_id: string | null = null) => ({
  event_name,
  event_timestamp: "1772359200123456",
  user_id,
  user_pseudo_id: "p1",
  items,
});
const annHash = createHash("md5").update("ann@x.org").digest("hex");

const forms: Record<string, { file: string; content: string | Buffer; rows: string[] }> = {
  Shopify: {
    file: "orders_export_1.csv",
    content: [
      "Name,Email,Financial Status,Created at,Lineitem sku,Lineitem name",
      "#1,Ann@x.org,paid,2026-03-01 11:00:00 +0100,0012,Pan",
      "#1,,,2026-03-01 11:00:00 +0100,,Cup",
      "#2,Ann@x.org,refunded,2026-03-01 11:00:00 +0100,0013,Pot",
    ].join("\n"),
    rows: ["ANN,0012,1772359200,Purchase", "ANN,Cup,1772359200,Purchase"],
  },
  WooCommerce: {
    file: "orders.csv",
    content: [
      "customer_id,billing_email,date,item_sku,item_product_id,status,item_quantity,item_refunded_qty",
      "0,Ann@x.org,2026-03-01 11:00:00,0012,7,completed,1,0",
      "5,bob@x.org,2026-03-01 11:00:00,,8,processing,2,-1",
      "5,bob@x.org,2026-03-01 11:00:00,0013,9,completed,1,-1",
    ].join("\n"),
    rows: ["5,8,1772359200,Purchase", "ANN,0012,1772359200,Purchase"],
  },
  "Google Analytics 4": {
    file: "events-1.json",
    content: lines(
      ga("view_item", [{ item_id: "a" }, { item_id: "(not set)" }]),
      ga("purchase", [{ item_id: "b" }], "u1"),
      ga("scroll", [{ item_id: "c" }]),
    ),
    rows: ["p1,a,1772359200,view_item", "u1,b,1772359200,purchase"],
  },
  Segment: {
    file: "segment-1.gz",
    content: gzipSync(
      lines(
        {
          event: "Product Viewed",
          anonymousId: "x1",
          timestamp: "2026-03-01T10:00:00.000Z",
          properties: { product_id: "0012" },
        },
        {
          event: "Order Completed",
          userId: "u1",
          anonymousId: "x1",
          timestamp: "2026-03-01T12:00:00+02:00",
          properties: { total: 5, products: [{ product_id: "a" }, { product_id: "b" }] },
        },
        { type: "page", anonymousId: "x1", timestamp: "2026-03-01T10:00:00Z", properties: { path: "/" } },
      ),
    ),
    rows: ["u1,a,1772359200,Order Completed", "u1,b,1772359200,Order Completed", "x1,0012,1772359200,Product Viewed"],
  },
  Magento: {
    file: "magento.csv",
    content: Buffer.from(
      [
        "customer_id;customer_email;state;created_at;sku;parent_item_id;qty_ordered;qty_refunded",
        ";Ann@x.org;complete;2026-03-01 10:00:00;T\u00fcr-1;;1,0000;",
        "37;bob@x.org;processing;2026-03-01 10:00:00;0012;NULL;2,0000;1,0000",
        "37;bob@x.org;complete;2026-03-01 10:00:00;0012-S;5;1,0000;0,0000",
        "37;bob@x.org;canceled;2026-03-01 10:00:00;0013;;1,0000;0,0000",
      ].join("\n"),
      "latin1",
    ),
    rows: ["37,0012,1772359200,Purchase", "ANN,T\u00fcr-1,1772359200,Purchase"],
  },
};

describe.runIf(hasPython)("the script in docs/own-data.md for", () => {
  const folder = createFolder();
  test.each(Object.entries(forms))("%s writes the interactions", (name, { file, content, rows }) => {
    const after = document.slice(document.indexOf(`**${name}`));
    const [, language, script = ""] = /^```(sql|python)\n(.*?)^```/ms.exec(after) ?? [];
    writeFileSync(join(folder, file), content);
    const program = language === "sql" ? "import duckdb, sys; duckdb.sql(sys.stdin.read())" : script;
    execFileSync("python3", ["-c", program], { cwd: folder, input: script });
    const [header, ...written] = readFileSync(join(folder, "interactions.csv"), "utf8").trim().split("\n");
    expect(header).toBe("USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE");
    expect(written.sort()).toEqual(rows.map((row) => row.replace("ANN", annHash)).sort());
  });
});
