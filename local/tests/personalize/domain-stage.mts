import type { Domain, RecommenderConfig } from "@aws-sdk/client-personalize";
import type { AccountOptions } from "../../account.ts";
import { type FieldOf, minute, pets, start, writeSchema } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

const text = (name: string): FieldOf => ({ name, type: "string" });
const long = (name: string): FieldOf => ({ name, type: "long" });
const events = [text("USER_ID"), text("ITEM_ID"), text("EVENT_TYPE"), long("TIMESTAMP")];
/** `lines`: the columns of an item after its id. */
const catalogues = {
  ECOMMERCE: {
    fields: [text("ITEM_ID"), { name: "PRICE", type: "float" }, { ...text("CATEGORY_L1"), categorical: true }],
    lineOf: (id: string, i: number) => `${id},${i}.5,${id.split("-")[0]}`,
  },
  VIDEO_ON_DEMAND: {
    fields: [text("ITEM_ID"), { ...text("GENRES"), categorical: true }, long("CREATION_TIMESTAMP")],
    lineOf: (id: string, i: number) => `${id},${id.split("-")[0]},${start / 1000 - 86_400 * (i + 1)}`,
  },
} as const;

const inCsv = (fields: readonly FieldOf[], lines: readonly string[]) =>
  [fields.map(({ name }) => name).join(","), ...lines].join("\n");

/**
 * `rows` events of 60 users, one a minute: even users meet cats, odd ones dogs. `pick`: the number
 * of the animal, of 20, in a user's n-th event.
 */
export function writeEvents(eventType: string, pick: (n: number, user: number) => number, rows = 1200): string[] {
  return Array.from({ length: rows }, (_, i) => {
    const user = i % 60;
    const species = user % 2 === 0 ? "cat" : "dog";
    return `user-${user},${species}-${pick(Math.floor(i / 60), user)},${eventType},${start / 1000 - 86_400 + i * 60}`;
  });
}
/** All 20 of the user's species. */
export const all = (n: number, user: number) => (n * 7 + user * 3) % 20;
/** The same ten for all users. */
export const firstTen = (n: number) => n % 10;

/** An account with a filled group of a domain. */
export async function openDomainStage(domain: Domain, lines: readonly string[], options: AccountOptions = {}) {
  const on = await openStage({}, options);
  const { personalize, account } = on;
  const { datasetGroupArn = "" } = await personalize.createDatasetGroup({ name: on.fresh("group"), domain });
  await account.clock.advance(minute);
  const { fields, lineOf } = catalogues[domain];
  const fill = async (datasetType: string, columns: readonly FieldOf[], csv: string) => {
    const schema = writeSchema(datasetType, columns);
    const { schemaArn } = await personalize.createSchema({ name: on.fresh("schema"), domain, schema });
    const request = { name: on.fresh("dataset"), datasetGroupArn, datasetType, schemaArn };
    const { datasetArn = "" } = await personalize.createDataset(request);
    await account.clock.advance(minute);
    await on.load(datasetArn, csv);
    return datasetArn;
  };
  const interactions = await fill("Interactions", events, inCsv(events, lines));
  const fillItems = () => fill("Items", fields, inCsv(fields, pets.map(lineOf)));

  const describe = async (recommenderArn: string) =>
    (await personalize.describeRecommender({ recommenderArn })).recommender ?? {};
  /** Creates a recommender of a use case, without waiting for it. */
  const begin = async (useCase: string, recommenderConfig?: RecommenderConfig) => {
    const { recommenderArn = "" } = await personalize.createRecommender({
      name: on.fresh("of-use-case"),
      datasetGroupArn,
      recipeArn: `arn:aws:personalize:::recipe/${useCase}`,
      ...(recommenderConfig && { recommenderConfig }),
    });
    return recommenderArn;
  };
  const recommender = async (useCase: string, recommenderConfig?: RecommenderConfig) => {
    const arn = await begin(useCase, recommenderConfig);
    await account.clock.advance(10 * minute);
    return arn;
  };
  const list = async (recommenderArn: string, input: object = {}) =>
    (await on.runtime.getRecommendations({ recommenderArn, ...input })).itemList ?? [];
  const ids = async (recommenderArn: string, input: object = {}) =>
    (await list(recommenderArn, input)).map(({ itemId = "" }) => itemId);
  return { ...on, groupArn: datasetGroupArn, interactions, fillItems, describe, begin, recommender, list, ids };
}
