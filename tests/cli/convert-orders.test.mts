import { describe, expect, test } from "vitest";
import { useConversion } from "./conversion.mts";

const conversion = useConversion();
async function converted(...text: string[]) {
  const { kind, leftOut, lines } = await conversion.converted(`${text.join("\n")}\n`);
  const [header, ...rows] = lines;
  expect([kind, header]).toEqual(["interactions", "USER_ID,ITEM_ID,TIMESTAMP"]);
  return { rows, leftOut };
}

const day = 86_400;
/** 3 September 2026, 00:00 UTC. */
const third = 1_788_393_600;

// Columns: an export of the orders page; lines after the first one of an order have no values of the order
// (docs.xbp.app/docs/development/integrations/shopify/order-format).
describe("an order export of Shopify", () => {
  const header =
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Notes,Cancelled at,Id,Phone";

  test("has a row for each line item, with the customer and the time of its order", async () => {
    const { rows, leftOut } = await converted(
      header,
      "#1001,ada@example.com,paid,2026-09-03 00:01:00 +0000,fulfilled,EUR,47.00,56.29,2026-09-03 02:00:00 +0200,2,Fern Print,16.00,FERN-1,,,5550001,",
      '#1001,,,,,,,,,1,"Tote, large",20.00,TOTE-1,,,,',
      "#1002,bo@example.com,paid,,fulfilled,EUR,25.00,25.00,2026-09-04 00:00:00 +0000,1,Speckled Mug,25.00,,,,5550002,",
      "#1002,bo@example.com,,,,,,,2026-09-04 00:00:00 +0000,1,Bowl,10.00,BOWL,,,,",
      ",,,,,,,,,1,Plate,10.00,PLATE,,,,",
    );
    expect(rows).toEqual([
      `ada@example.com,FERN-1,${third}`,
      `ada@example.com,TOTE-1,${third}`,
      `bo@example.com,Speckled Mug,${third + day}`,
      `bo@example.com,BOWL,${third + day}`,
      `bo@example.com,PLATE,${third + day}`,
    ]);
    expect(leftOut).toBe(0);
  });

  test("does not give an order without a customer the one of the order before", async () => {
    const { rows, leftOut } = await converted(
      header,
      "#1,ada@example.com,paid,,,EUR,1,1,2026-09-03 00:00:00 +0000,1,Mug,1,MUG,,,1,",
      "#2,,paid,,,EUR,1,1,2026-09-04 00:00:00 +0000,1,Bowl,1,BOWL,,,2,",
      "#2,,,,,,,,,1,Mug,1,MUG,,,,",
      "#3,,paid,,,EUR,1,1,2026-09-04 00:00:00 +0000,1,Bowl,1,BOWL,,,2,+491701",
    );
    expect(rows).toEqual([`ada@example.com,MUG,${third}`, `+491701,BOWL,${third + day}`]);
    expect(leftOut).toBe(2);
  });

  test("without a customer is refused, and is no file of items", async () => {
    const text = "Name,Created at,Lineitem name,Lineitem sku,Id\n#1,2026-09-03,Mug,MUG,1\n";
    expect(await conversion.refused(text)).toMatch(
      /Missing: USER_ID \(the users\)\. Name the column:\n.*--column USER_ID=<its name>$/,
    );
  });
});

describe("an order export of WooCommerce", () => {
  const expected = [`7,B-1,${third}`, `7,12,${third}`, `eve@example.com,B-1,${third + day}`];

  // Columns of "Customer/Order/Coupon Export" (SkyVerge), "Default - One Row per Item": item_id is the number of the line.
  test("with one row per item has the SKU or the id of the product, and the address of guests", async () => {
    const { rows } = await converted(
      "order_id,order_number,order_number_formatted,date,status,customer_id,billing_email,item_id,item_product_id,item_name,item_sku,item_quantity,item_total",
      "41,41,41,2026-09-03 00:00:00,completed,7,ann@example.com,901,11,Bowl,B-1,1,10.00",
      "41,41,41,2026-09-03 00:00:00,completed,7,ann@example.com,902,12,Mug,,1,10.00",
      "42,42,42,2026-09-04 00:00:00,completed,0,eve@example.com,903,11,Bowl,B-1,1,10.00",
    );
    expect(rows).toEqual(expected);
  });

  test("with one row per order has an interaction for each of its line items", async () => {
    const { rows } = await converted(
      "order_id,date,status,customer_id,billing_email,line_items",
      "41,2026-09-03 00:00:00,completed,7,ann@example.com,id:901|name:Bowl|product_id:11|sku:B-1|quantity:1|total:10.00;id:902|name:Mug; blue|product_id:12|sku:|quantity:1|total:10.00",
      "42,2026-09-04 00:00:00,completed,0,eve@example.com,id:903|name:Bowl|product_id:11|sku:B-1|quantity:1|total:10.00",
    );
    expect(rows).toEqual(expected);
  });

  // Columns and times of woocommerce.com/document/import-and-export-of-woocommerce-orders (MM/DD/YYYY).
  test("of the Import Export Suite has its items in numbered columns", async () => {
    const { rows } = await converted(
      "order_id,order_number,order_date,paid_date,status,customer_id,customer_user,customer_email,billing_email,line_item_1,line_item_2",
      "41,41,9/3/2026  0:00:00,,completed,7,7,ann@example.com,ann@example.com,name:Bowl|product_id:11|sku:B-1|quantity:1|total:10|sub_total:10,name:Mug|product_id:12|sku:|quantity:1|total:10|sub_total:10",
      "42,42,9/4/2026  0:00:00,,completed,0,0,eve@example.com,eve@example.com,name:Bowl|product_id:11|sku:B-1|quantity:1|total:10|sub_total:10,",
      "43,43,9/13/2026  0:00:00,,completed,0,0,,,name:Bowl|product_id:11|sku:B-1|quantity:1|total:10|sub_total:10,",
    );
    expect(rows).toEqual(expected);
  });

  // Default columns of "Advanced Order Export" (AlgolPlus, woo-order-export-lite): "Item #" is the number of the line.
  test("of Advanced Order Export is read with the order's values in its first row only", async () => {
    const { rows } = await converted(
      "Order Number;Order Status;Order Date;Customer Note;Email (Billing);Item ID;Item #;Item Name;SKU;Quantity (- Refund);Item Cost",
      "41;Completed;2026-09-03 00:00;;ann@example.com;901;1;Bowl;B-1;1;10,00",
      ";;;;;902;2;Mug;;1;10,00",
    );
    expect(rows).toEqual([`ann@example.com,B-1,${third}`, `ann@example.com,Mug,${third}`]);
  });

  // Columns of the download in Analytics > Orders (woocommerce/woocommerce, Reports/Orders/Controller.php).
  test("of Analytics has its products in one cell", async () => {
    const { rows } = await converted(
      "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue,Attribution",
      '2026-09-03 00:00:00,41,€20.00,completed,Ann Lee,new,"1× Bowl, large, 2× Mug",3,,20,Direct',
    );
    expect(rows).toEqual([`Ann Lee,"Bowl, large",${third}`, `Ann Lee,Mug,${third}`]);
  });
});

test("orders of another shop share the customer and the date of their first row", async () => {
  const { rows } = await converted(
    "Bestellnummer;Kundennummer;Bestelldatum;Artikelnummer",
    "1;k7;03.09.2026;a",
    "1;;;b",
    "2;k8;04.09.2026;a",
  );
  expect(rows).toEqual([`k7,a,${third}`, `k7,b,${third}`, `k8,a,${third + day}`]);
});
