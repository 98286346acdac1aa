// Updates of items on the stream change what visitors are recommended.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { sdk } from "../../../local/tests/support/aws.ts";
import { eventually } from "../../../local/tests/support/eventually.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";

export const settings = {
  filters: JSON.stringify({ species: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)" }),
};

export function testItemUpdates(open: () => DeployedStack): void {
  async function readObject(Bucket: string, Key: string) {
    const s3 = new S3({ ...sdk(open().account), forcePathStyle: true });
    const { Body } = await s3.getObject({ Bucket, Key });
    return JSON.parse((await Body?.transformToString()) ?? "null");
  }
  const readFallback = async (): Promise<string[]> =>
    (await readObject(open().outputs.dataBucketName, "fallback/popular.json")).items;

  async function recommend(request: object = {}): Promise<string[]> {
    const { statusCode, headers, body } = await open().recommend({ userId: "10042", limit: 500, ...request });
    expect([statusCode, headers?.["x-recommendation-source"]]).toEqual([200, "personalize"]);
    return (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
  }

  async function putUpdate(itemUpdate: { itemId: string; available?: boolean; columns?: object }): Promise<void> {
    const Data = Buffer.from(JSON.stringify({ itemUpdate }));
    const StreamName = open().outputs.eventStreamName;
    await new Kinesis(sdk(open().account)).putRecord({ StreamName, PartitionKey: itemUpdate.itemId, Data });
  }

  test("an unavailable item is not recommended, with and without a filter, until it is available again", async () => {
    const [itemId = ""] = await recommend();
    const ofSpecies = { filter: "species", filterValues: { SPECIES: `"${itemId[0]}"` } };
    expect(await recommend(ofSpecies)).toContain(itemId);

    await putUpdate({ itemId, available: false });
    await eventually(async () => !(await recommend()).includes(itemId) || undefined, `${itemId} is still recommended`);
    const filtered = await recommend(ofSpecies);
    expect(filtered).not.toContain(itemId);
    expect(filtered.length).toBeGreaterThan(0);

    await putUpdate({ itemId, available: true });
    await eventually(
      async () => (await recommend()).includes(itemId) || undefined,
      `${itemId} is not recommended again`,
    );
    // The other columns stayed: the species is still the item's.
    expect(await recommend(ofSpecies)).toContain(itemId);
  });

  test("an unavailable item leaves the fallback list at once, and the next list does not have it either", async () => {
    const [itemId = ""] = await readFallback();
    await putUpdate({ itemId, available: false });
    await eventually(
      async () => !(await readFallback()).includes(itemId) || undefined,
      `${itemId} is still in the list`,
    );
    const FunctionName = `recommender-${open().stack}-refresh-popular-items`;
    const { FunctionError } = await new Lambda(sdk(open().account)).invoke({ FunctionName });
    expect(FunctionError).toBeUndefined();
    const list = await readFallback();
    expect(list.length).toBeGreaterThan(100);
    expect(list).not.toContain(itemId);
  });
}
