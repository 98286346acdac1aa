// The data that the tests import and train on; it knows no account, so that the conformance suite
// can use it on any.

export const minute = 60_000;
export const hour = 60 * minute;
export const start = Date.UTC(2026, 0, 1);

export type FieldOf = { name: string; type: unknown; categorical?: boolean; textual?: boolean };

/** The text of a schema; fields in the service's own notation. */
export const writeSchema = (name: string, fields: readonly FieldOf[]) =>
  JSON.stringify({ type: "record", name, namespace: "com.amazonaws.personalize.schema", version: "1.0", fields });

export const interactionFields: readonly FieldOf[] = [
  { name: "USER_ID", type: "string" },
  { name: "ITEM_ID", type: "string" },
  { name: "TIMESTAMP", type: "long" },
  { name: "EVENT_TYPE", type: "string" },
  { name: "EVENT_VALUE", type: ["null", "float"] },
];
export const itemFields: readonly FieldOf[] = [
  { name: "ITEM_ID", type: "string" },
  { name: "SPECIES", type: "string", categorical: true },
  { name: "STATUS", type: ["null", "string"], categorical: true },
  { name: "AGE", type: ["null", "int"] },
  { name: "CREATION_TIMESTAMP", type: ["null", "long"] },
];
export const userFields: readonly FieldOf[] = [
  { name: "USER_ID", type: "string" },
  { name: "HOME", type: ["null", "string"], categorical: true },
];

/** 20 cats and 20 dogs; the ids are `cat-0` … `dog-19`. */
export const pets = Array.from({ length: 40 }, (_, i) => `${i < 20 ? "cat" : "dog"}-${i % 20}`);

/**
 * 60 users of 20 views each: even users look at cats, odd ones at dogs. One row a minute, from
 * `from` on (seconds).
 */
export function writeViews(from = start / 1000 - 86_400): string {
  const rows = Array.from({ length: 1_200 }, (_, i) => {
    const user = i % 60;
    const species = user % 2 === 0 ? "cat" : "dog";
    const pet = (Math.floor(i / 60) * 7 + user * 3) % 20;
    return `user-${user},${species}-${pet},${from + i * 60},View,`;
  });
  return ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE", ...rows].join("\n");
}
export const writeCatalogue = (ids: readonly string[] = pets): string =>
  [
    "ITEM_ID,SPECIES,STATUS,AGE,CREATION_TIMESTAMP",
    ...ids.map((id, i) => `${id},${id.split("-")[0]},available,${i % 5},${start / 1000 - 86_400 * (i + 1)}`),
  ].join("\n");
