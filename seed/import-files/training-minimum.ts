import { type CsvFile, placeOf } from "./csv-file";

/**
 * The least of a training: unique interactions, and users who have two or more (guide, "Endpoints
 * and quotas").
 */
const leastInteractions = 1_000;
const leastUsers = 25;
/** They must be one in a hundred of all users, too. */
const leastShare = 0.01;

/**
 * Returns what interactions lack for a training, which would fail after the import; undefined when
 * they are enough.
 */
export function findShortage(file: CsvFile): string | undefined {
  const userPlace = placeOf(file, "USER_ID");
  const places = ["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"].map((name) => placeOf(file, name));
  const interactions = new Set<string>();
  const visitors = new Map<string, { readonly first: string; isFrequent: boolean }>();
  for (const row of file.rows.slice(1)) {
    const user = row[userPlace];
    if (!user) continue;
    const interaction = places.map((place) => row[place]).join("\n");
    if (interactions.size < leastInteractions) interactions.add(interaction);
    const visitor = visitors.get(user);
    if (visitor === undefined) visitors.set(user, { first: interaction, isFrequent: false });
    else if (visitor.first !== interaction) visitor.isFrequent = true;
  }
  const frequent = [...visitors.values()].filter(({ isFrequent }) => isFrequent).length;
  if (interactions.size < leastInteractions) {
    return `has ${interactions.size} different interactions, and a training needs ${leastInteractions}`;
  }
  const users = Math.max(leastUsers, Math.ceil(visitors.size * leastShare));
  return frequent < users
    ? `has ${frequent} users with two interactions or more, and a training needs ${users}`
    : undefined;
}
