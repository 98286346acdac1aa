import { parse } from "csv-parse/sync";
import { failUnless, type Journey } from "./journey";

/** A visitor of the imported interactions: the one in the file's first row. */
export async function findKnownVisitor({ aws, outputs }: Journey): Promise<string> {
  const { datasets } = await aws.call("personalize", "ListDatasets", { datasetGroupArn: outputs.datasetGroupArn });
  const datasetArn = datasets?.find(({ datasetType }) => datasetType === "INTERACTIONS")?.datasetArn;
  const { datasetImportJobs } = await aws.call("personalize", "ListDatasetImportJobs", { datasetArn });
  const { datasetImportJobArn } = datasetImportJobs?.[0] ?? {};
  const { datasetImportJob } = await aws.call("personalize", "DescribeDatasetImportJob", { datasetImportJobArn });
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(datasetImportJob?.dataSource?.dataLocation ?? "") ?? [];
  const { Body } = await aws.call("s3", "GetObject", { Bucket, Key, Range: "bytes=0-4095" });
  const rows: Record<string, string>[] = parse(await textOf(Body), { columns: true, to: 1 });
  const visitor = rows[0]?.USER_ID;
  failUnless(visitor !== undefined, `s3://${Bucket}/${Key} has no row with a USER_ID`);
  return visitor;
}

/** The bytes of a response's body, which the SDK returns as a stream. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  return (body as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray();
}
export const textOf = async (body: unknown) => Buffer.from(await bytesOf(body)).toString("utf8");

/**
 * The model's score of each group for a visitor, the highest first. Lists vary a little, because the campaign explores; a
 * group's score changes only when the visitor's events arrive.
 */
export async function readScores({ aws, outputs }: Journey, userId: string): Promise<Map<string, number | undefined>> {
  const campaignArn = outputs.campaignArns.recommendation;
  const input = { campaignArn, userId, numResults: 500 };
  const { itemList = [] } = await aws.call("personalize-runtime", "GetRecommendations", input);
  return new Map(itemList.map(({ itemId = "", score }) => [itemId, score]));
}

/** `2-Saint_Bernard-3-2`: species, breed, size, age. */
export function partsOf(group: string) {
  const parts = group.split("-");
  return {
    animal_species_id: parts[0] ?? "",
    animal_primary_breed_id: parts.slice(1, -2).join("-"),
    animal_size_id: parts.at(-2) ?? "",
    animal_age_id: parts.at(-1) ?? "",
  };
}
