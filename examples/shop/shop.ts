// A shop that does not exist: its products, and what its customers do. Drawn from a model of
// preferences, so that a good recommender is measurably better than a list of the most popular
// products.
import { type RandomStream, stream } from "../../local/account/aws/random";

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly brand: string;
  readonly price: number;
  readonly availability: string;
  /** Epoch seconds. */
  readonly added: number;
}

export interface Visit {
  readonly customer: string;
  readonly product: string;
  /** Epoch seconds. */
  readonly time: number;
  readonly type: "View" | "AddToCart" | "Purchase";
  readonly device: Device;
}

const devices = ["phone", "desktop", "tablet"] as const;
export type Device = (typeof devices)[number];

export interface Shop {
  readonly products: readonly Product[];
  /** Sorted by time. */
  readonly visits: readonly Visit[];
}

/**
 * The products of the shop: a typical price, and how often customers look for them on a phone, a
 * desktop and a tablet.
 */
const assortment = {
  Cookware: { things: ["pan", "pot", "wok", "casserole", "lid"], price: 40, used: [2, 6, 2] },
  Knives: { things: ["bread knife", "chef's knife", "peeler", "whetstone"], price: 35, used: [2, 7, 1] },
  Tableware: { things: ["plate", "bowl", "mug", "jug", "tray"], price: 14, used: [6, 2, 2] },
  Coffee: { things: ["grinder", "kettle", "filter", "French press"], price: 50, used: [2, 6, 2] },
  Textiles: { things: ["apron", "towel", "tablecloth", "napkin"], price: 16, used: [7, 1, 2] },
  Storage: { things: ["jar", "box", "basket", "bread bin"], price: 18, used: [6, 2, 2] },
  Garden: { things: ["planter", "trowel", "watering can", "hose"], price: 24, used: [7, 2, 1] },
  Lighting: { things: ["lamp", "lantern", "bulb", "shade"], price: 45, used: [1, 5, 4] },
};
type Category = keyof typeof assortment;
const categories = Object.keys(assortment) as Category[];

/** Brands and their level of prices. */
const brands = { Alder: 0.6, Brook: 0.8, Cove: 1, Dune: 1.1, Elm: 1.4, Fjord: 1.9 };
const brandNames = Object.keys(brands) as (keyof typeof brands)[];
const colours = ["white", "blue", "green", "grey", "red", "yellow", "black"];

const start = Date.UTC(2024, 2, 1) / 1000;
const day = 86_400;
const days = 60;

/** Products and visits; the same seed gives the same shop. */
export function drawShop(seed = 1, productCount = 240, customerCount = 500): Shop {
  const products = drawProducts(stream(`${seed}/shop/products`), productCount);
  const popularity = drawPopularity(stream(`${seed}/shop/popularity`), productCount);
  const visits = Array.from({ length: customerCount }, (_, i) =>
    drawVisits(
      { random: stream(`${seed}/shop/customer/${i}`), device: stream(`${seed}/shop/device/${i}`) },
      `c-${1000 + i}`,
      products,
      popularity,
    ),
  ).flat();
  return { products, visits: visits.sort((a, b) => a.time - b.time || (a.customer < b.customer ? -1 : 1)) };
}

function drawProducts(random: RandomStream, count: number): Product[] {
  return Array.from({ length: count }, (_, i) => {
    const category = categories[random.int(categories.length)] ?? "Cookware";
    const brand = brandNames[random.int(brandNames.length)] ?? "Cove";
    const { things, price } = assortment[category];
    const thing = things[random.int(things.length)] ?? "";
    const amount = price * brands[brand] * Math.exp(0.4 * random.normal());
    return {
      id: `sku-${String(i + 1).padStart(4, "0")}`,
      name: `${brand} ${thing}, ${colours[random.int(colours.length)]}`,
      category,
      brand,
      price: Math.max(1, Math.round(amount)) + 0.9,
      availability: random.u() < 0.92 ? "in stock" : "sold out",
      added: start - day * random.int(400),
    };
  });
}

/** A few products are sold much more often than the others. */
function drawPopularity(random: RandomStream, count: number): number[] {
  const popularity = new Array<number>(count);
  for (const [rank, product] of random.perm(count).entries()) popularity[product] = -0.7 * Math.log(rank + 1);
  return popularity;
}

/**
 * A customer prefers some categories, one brand and a level of prices, and in each session looks
 * for one category, on a device that suits it. Devices have their own random numbers: without them
 * the visits are the same.
 */
function drawVisits(
  { random, device: deviceRandom }: { readonly random: RandomStream; readonly device: RandomStream },
  customer: string,
  products: readonly Product[],
  popularity: readonly number[],
): Visit[] {
  const likings = new Map(categories.map((category) => [category as string, 1.4 * random.normal()]));
  const favourite = brandNames[random.int(brandNames.length)];
  const level = 25 * Math.exp(0.6 * random.normal());
  const worth = products.map(
    ({ category, brand, price }, i) =>
      (popularity[i] ?? 0) +
      (likings.get(category) ?? 0) +
      (brand === favourite ? 1.2 : 0) -
      0.8 * Math.log(price / level) ** 2,
  );
  const visits: Visit[] = [];
  const sessions = random.geom(0.25);
  for (let session = 0; session < sessions; session++) {
    const sought = products[random.pick(worth.map(Math.exp))]?.category;
    const weights = worth.map((value, i) => Math.exp(value + (products[i]?.category === sought ? 2 : 0)));
    const device = devices[deviceRandom.pick(assortment[(sought ?? "Cookware") as Category].used)] ?? "phone";
    let time = start + Math.floor(day * days * ((session + random.u()) / sessions));
    for (let i = random.geom(0.28); i > 0; i--) {
      const product = products[random.pick(weights)]?.id ?? "";
      for (const type of ["View", "AddToCart", "Purchase"] as const) {
        if (type !== "View" && random.u() > 0.3) break;
        visits.push({ customer, product, time, type, device });
        time += 20 + random.int(100);
      }
    }
  }
  return visits;
}
