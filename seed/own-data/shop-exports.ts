// The columns' names in order exports of shops. They are in lower case, without anything but letters and digits.

/** The columns of an order export that the import needs. Of several columns, the first one with a value in a row counts. */
export interface OrderExport {
  /** Columns that no other file has together. */
  readonly has: readonly (readonly string[])[];
  readonly order: readonly string[];
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Columns with several line items in one cell; `*` is a number. */
  readonly lineItems: readonly string[];
  /** The user of an order without an account. */
  readonly guest?: string;
}

/**
 * The orders page's export. The lines of an order after the first one have no values of the order (docs.xbp.app, "Shopify
 * order format"), and a variant may have no SKU.
 */
const shopify: OrderExport = {
  has: [["name"], ["lineitemname", "lineitemsku"], ["createdat", "paidat"]],
  order: ["name"],
  columns: new Map([
    ["USER_ID", ["email", "phone"]],
    ["ITEM_ID", ["lineitemsku", "lineitemname"]],
    ["TIMESTAMP", ["createdat", "paidat"]],
  ]),
  lineItems: [],
};

/**
 * Exports of WooCommerce: "Customer/Order/Coupon Export" (SkyVerge: `item_sku`, or `line_items` with all of an order),
 * "Import Export Suite" (woocommerce.com/document/import-and-export-of-woocommerce-orders: `line_item_sku`, or
 * `line_item_1` and others), "Advanced Order Export" (AlgolPlus, `woo-order-export-lite`: `Item Name`, `SKU`) and the orders
 * of WooCommerce Analytics (`Product(s)`). In them `item_id` and `Item #` are numbers of lines and not of products.
 */
const wooCommerce: OrderExport = {
  has: [
    ["orderid", "ordernumber", "order"],
    ["date", "orderdate"],
    [
      ...["itemsku", "itemproductid", "itemname", "lineitemsku", "lineitemproductid", "lineitemname"],
      ...["lineitems", "lineitem*", "products"],
    ],
  ],
  order: ["orderid", "ordernumber", "order"],
  columns: new Map([
    [
      "USER_ID",
      [
        ...["customerid", "customeruser", "customeruserid", "billingemail", "emailbilling", "customeremail"],
        ...["customeruseremail", "customer"],
      ],
    ],
    [
      "ITEM_ID",
      [
        ...["itemsku", "lineitemsku", "sku", "itemproductid", "lineitemproductid", "productid", "itemname"],
        "lineitemname",
      ],
    ],
    ["TIMESTAMP", ["orderdate", "date"]],
  ]),
  lineItems: ["lineitems", "lineitem*", "products"],
  guest: "0",
};

const orderExports: readonly OrderExport[] = [shopify, wooCommerce];

/** Finds the shop whose order export has these columns. */
export function findOrderExport(plainHeader: readonly string[]): OrderExport | undefined {
  return orderExports.find(({ has }) => has.every((names) => plainHeader.some((name) => isOneOf(names, name))));
}

/** Tells a column that is one of `names`, in which `*` is a number. */
export const isOneOf = (names: readonly string[], plainName: string): boolean =>
  names.includes(plainName) || names.includes(plainName.replace(/\d+$/, "*"));
