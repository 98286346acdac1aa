/**
 * The items of a cell that has all items of an order, as exports of WooCommerce write them:
 * `id:7|name:Bowl|product_id:12|sku:B-1|quantity:2;id:8|…` and `1× Bowl, 2× Mug`.
 */
export function splitLineItems(cell: string): string[] {
  if (cell.includes("|")) return cell.split(/;(?=\s*\w+:)/).flatMap((item) => nameItem(item) ?? []);
  return cell
    .split(/,\s*(?=\d+×\s)/u)
    .map((item) => item.replace(/^\d+×\s*/u, "").trim())
    .filter((item) => item !== "");
}

function nameItem(text: string): string | undefined {
  const fields = new Map(
    text.split("|").map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).trim(), field.slice(colon + 1).trim()] as const;
    }),
  );
  return ["sku", "product_id", "name"]
    .map((name) => fields.get(name))
    .find((value) => value !== undefined && value !== "");
}
