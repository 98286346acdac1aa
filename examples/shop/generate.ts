// Writes the shop's interactions.csv and items.csv: node --import tsx examples/shop/generate.ts
// [folder] [seed]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawShop } from "./shop";

const [folder = __dirname, seed = "1"] = process.argv.slice(2);
const { products, visits } = drawShop(Number(seed));

const quote = (cell: string | number) => (/[",]/.test(String(cell)) ? `"${cell}"` : String(cell));
const write = (name: string, header: string, rows: readonly (readonly (string | number)[])[]) =>
  writeFileSync(join(folder, name), `${[header, ...rows.map((row) => row.map(quote).join(","))].join("\n")}\n`);

write(
  "items.csv",
  "ITEM_ID,NAME,CATEGORY,BRAND,PRICE,AVAILABILITY,CREATION_TIMESTAMP",
  products.map(({ id, name, category, brand, price, availability, added }) => [
    id,
    name,
    category,
    brand,
    price.toFixed(2),
    availability,
    added,
  ]),
);
write(
  "interactions.csv",
  "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,DEVICE",
  visits.map(({ customer, product, time, type, device }) => [customer, product, time, type, device]),
);
console.log(`${visits.length} interactions with ${products.length} products in ${folder}`);
