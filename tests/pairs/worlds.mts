// The data of the configurations: the project's own pets, with a column of the visitors' devices, a
// shop, and a list of visits.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/listed-files.mts";
import { writeDeviceData, writeSmallData } from "../support/small-data.ts";
import { createFolder } from "../support/temporary-folder.mts";

/** Data of a kind. */
export interface World {
  /** Keys of the configuration. */
  readonly files: Readonly<Record<string, string>>;
  readonly usersFile: string;
  readonly usersSchemaFile: string;
  /** A column of the items. */
  readonly column: string;
  /**
   * A condition that many items meet: `Items.<column> <condition>`; the second one with the
   * parameter VALUE.
   */
  readonly conditions: { readonly fixed: string; readonly withValue: string };
  /** What a caller sends for VALUE. */
  readonly value: string;
  /** The column of the interactions that events and requests give as context. */
  readonly context?: Readonly<Record<string, string>>;
  /** An event type of the imported file. */
  readonly eventType: string;
  /** Items can be made unavailable. */
  readonly hasStatus: boolean;
  /** A visitor and an item of the imported file. */
  readonly visitor: string;
  readonly item: string;
}

const folder = createFolder();
const shopFile = (name: string) => join(root, "examples/shop", name);
const pets = writeSmallData(folder);
const inPets = {
  column: "ANIMAL_TYPE",
  conditions: { fixed: 'IN ("1")', withValue: "IN ($VALUE)" },
  value: '"1"',
  eventType: "DetailView",
  hasStatus: true,
};

/** Visits without types, of items that no file describes. */
function writeVisits(): World["files"] {
  const [, ...rows] = readFileSync(shopFile("interactions.csv"), "utf8").trimEnd().split("\n");
  const interactionsFile = join(folder, "visits.csv");
  const shortened = rows.map((row) => row.split(",").slice(0, 3).join(","));
  writeFileSync(interactionsFile, `${["USER_ID,ITEM_ID,TIMESTAMP", ...shortened].join("\n")}\n`);
  return { interactionsFile };
}

/** What is known about the users of a file's interactions. */
function writeUsers(interactionsFile: string): Pick<World, "usersFile" | "usersSchemaFile"> {
  const [, ...rows] = readFileSync(interactionsFile, "utf8").trimEnd().split("\n");
  const users = [...new Set(rows.map((row) => row.split(",")[0]))];
  // Two worlds may have files of one name.
  const name = join(mkdtempSync(join(folder, "users-")), "users");
  const lines = users.map((user, index) => `${user},${["flat", "house"][index % 2]},${20 + (index % 50)}`);
  writeFileSync(`${name}.csv`, `${["USER_ID,HOME,AGE", ...lines].join("\n")}\n`);
  const schema = {
    type: "record",
    name: "Users",
    namespace: "com.amazonaws.personalize.schema",
    version: "1.0",
    fields: [
      { name: "USER_ID", type: "string" },
      { name: "HOME", type: ["null", "string"], categorical: true },
      { name: "AGE", type: ["null", "int"] },
    ],
  };
  writeFileSync(`${name}.schema.json`, JSON.stringify(schema));
  return { usersFile: `${name}.csv`, usersSchemaFile: `${name}.schema.json` };
}

const addUsers = (world: Omit<World, "usersFile" | "usersSchemaFile">): World => ({
  ...world,
  ...writeUsers(world.files.interactionsFile ?? ""),
});

const inShop = { visitor: "c-1467", item: "sku-0210", hasStatus: false };

export const worlds: Readonly<Record<string, World>> = {
  pets: addUsers({ files: pets, ...inPets, ...readFirst(pets.interactionsFile) }),
  devices: addUsers({
    files: writeDeviceData(mkdtempSync(join(folder, "devices-")), "device"),
    ...inPets,
    ...readFirst(pets.interactionsFile),
    context: { device: "phone" },
  }),
  shop: addUsers({
    files: {
      interactionsFile: shopFile("interactions.csv"),
      interactionsSchemaFile: shopFile("interactions.schema.json"),
      itemsFile: shopFile("items.csv"),
    },
    column: "CATEGORY",
    conditions: { fixed: 'IN ("Garden", "Cookware")', withValue: "IN ($VALUE)" },
    value: '"Garden"',
    context: { DEVICE: "desktop" },
    eventType: "View",
    ...inShop,
  }),
  visits: addUsers({
    files: writeVisits(),
    column: "INTERACTIONS",
    conditions: { fixed: ">= 2", withValue: ">= $VALUE" },
    value: "2",
    eventType: "DetailView",
    ...inShop,
  }),
};

function readFirst(file: string) {
  const [visitor = "", item = ""] = readFileSync(file, "utf8").split("\n")[1]?.split(",") ?? [];
  return { visitor, item };
}
