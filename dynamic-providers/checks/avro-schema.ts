/** One column, as far as it could be read. */
interface Field {
  name: string;
  type: string | string[];
  categorical?: boolean;
  textual?: boolean;
}

/** What is wrong with the JSON text of an Avro schema, by the rules of the guide's page on datasets and schemas. */
export function avroProblems(value: unknown): string[] {
  const required: Record<string, Record<string, string>> = {
    Interactions: { USER_ID: "string", ITEM_ID: "string", TIMESTAMP: "long" },
    Items: { ITEM_ID: "string" },
    Users: { USER_ID: "string" },
  };
  const simple = ["string", "long", "int", "float", "double", "boolean", "null"];
  if (typeof value !== "string" || value.length > 20_000)
    return ["Give the schema as JSON text of at most 20,000 characters."];
  let record: { type?: unknown; name?: unknown; namespace?: unknown; version?: unknown; fields?: unknown };
  try {
    record = JSON.parse(value);
  } catch (error) {
    return [`The text is not JSON: ${(error as Error).message}.`];
  }
  const needed = required[String(record?.name)];
  const fields = (Array.isArray(record?.fields) ? record.fields : []) as Partial<Field>[];
  const problems: string[] = [];
  const demand = (holds: boolean, rule: string) => holds || problems.push(rule);
  demand(record?.type === "record", '`type` must be "record".');
  demand(needed !== undefined, "`name` must be Interactions, Items or Users: the type of the dataset.");
  demand(
    record?.namespace === "com.amazonaws.personalize.schema",
    '`namespace` must be "com.amazonaws.personalize.schema".',
  );
  demand(record?.version === "1.0", '`version` must be "1.0".');
  demand(fields.length > 0, "`fields` must list the columns.");
  const seen: Record<string, string> = {};
  for (const { name, type } of fields) {
    const bare = String(name).replaceAll("_", "").toLowerCase();
    const types = Array.isArray(type) ? type : [type];
    demand(/^[A-Za-z][A-Za-z0-9_]*$/.test(String(name)), `Column ${name}: give letters, digits and underscores.`);
    demand(
      !(bare in seen),
      `Column ${name} clashes with ${seen[bare]}: underscores and case do not tell columns apart.`,
    );
    demand(
      types.every((each) => simple.includes(each as string)),
      `Column ${name}: the type must be one of ${simple.join(", ")}, or a union of one with null.`,
    );
    seen[bare] = String(name);
  }
  for (const [name, type] of Object.entries(needed ?? {})) {
    demand(
      fields.some((field) => field.name === name && field.type === type),
      `Column ${name} of type ${type} is required.`,
    );
  }
  const alone = record?.name !== "Interactions" && needed && fields.every(({ name = "" }) => name in needed);
  demand(!alone, `${record?.name} needs at least one column besides ${Object.keys(needed ?? {})[0]}.`);
  return problems;
}

/**
 * Why a dataset could not take the new schema in place of the old. UpdateDataset knows Items and Users only; every old
 * column stays as it is, and a new one allows null (guide: "Replacing a dataset's schema").
 */
export function incompatibilities(before: string, after: string): string[] {
  const parsed = [before, after].map((text) => JSON.parse(text) as { name: string; fields: Field[] });
  const [old, young] = parsed;
  if (!old || !young) return [];
  const meaning = ({ name, type, categorical = false, textual = false }: Field) =>
    JSON.stringify([name, type, categorical, textual]);
  const has = (fields: Field[], field: Field) => fields.some((each) => meaning(each) === meaning(field));
  const lost = old.fields.filter((field) => !has(young.fields, field));
  const added = young.fields.filter((field) => !old.fields.some(({ name }) => name === field.name));
  const remedy = "To start over without the data, give the Schema and the Dataset other resource names.";
  if (old.name !== young.name) return [`\`name\` cannot change from ${old.name} to ${young.name}. ${remedy}`];
  if (lost.length + added.length > 0 && old.name === "Interactions") {
    return [`The service never replaces the schema of an Interactions dataset. ${remedy}`];
  }
  return [
    ...lost.map(({ name }) => `Column ${name} must stay as it is, since the dataset has data in it. ${remedy}`),
    ...added
      .filter(({ type }) => !Array.isArray(type) || !type.includes("null"))
      .map(({ name }) => `New column ${name} must allow null, since the rows that are there have no value for it.`),
  ];
}
