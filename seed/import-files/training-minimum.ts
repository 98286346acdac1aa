import { countOf } from "../../names/printable";
import { type CsvFile, placeOf } from "./csv-file";

/**
 * The least of a training: unique interactions, and users who have two or more (guide, "Endpoints
 * and quotas").
 */
const leastInteractions = 1_000;
const leastUsers = 25;
/** They must be one in a hundred of all users, too ("Preparing training data"). */
const leastShare = 0.01;

/** What a training needs, and what interactions have of it. */
export interface Minimum {
  readonly met: boolean;
  readonly text: string;
}

/** Compares interactions with each minimum of the service. */
export function measureMinimums(file: CsvFile): Minimum[] {
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
  const hasEnough = interactions.size >= leastInteractions;
  const found = hasEnough
    ? `${leastInteractions.toLocaleString("en")} different interactions or more`
    : countOf(interactions.size, "different interaction");
  const share = visitors.size === 0 ? "none" : `${((100 * frequent) / visitors.size).toFixed(2)} %`;
  return [
    { met: hasEnough, text: `${found} (a training needs ${leastInteractions.toLocaleString("en")})` },
    {
      met: frequent >= leastUsers,
      text: `${countOf(frequent, "user")} with two interactions or more (a training needs ${leastUsers})`,
    },
    {
      met: frequent >= visitors.size * leastShare,
      text: `${share} of ${countOf(visitors.size, "user")} with two interactions or more (a training needs ${100 * leastShare} %)`,
    },
  ];
}

/**
 * Returns all that interactions lack for a training, which would fail after the import; undefined
 * when they are enough.
 */
export function findShortage(file: CsvFile): string | undefined {
  const lacks = measureMinimums(file).flatMap(({ met, text }) => (met ? [] : text));
  return lacks.length === 0 ? undefined : `has ${lacks.join(", and ")}`;
}
