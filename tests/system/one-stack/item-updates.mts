// Updates of items on the stream change what visitors are recommended.
import { expect, test } from "vitest";
import { eventually } from "../../../local/tests/support/eventually.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";

export const settings = {
  filters: JSON.stringify({ species: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)" }),
};

export function testItemUpdates(open: () => DeployedStack): void {
  const readFallback = async (): Promise<string[]> =>
    JSON.parse(await open().readText(open().outputs.dataBucketName, "fallback/popular.json")).items;

  async function recommend(request: object = {}): Promise<string[]> {
    const { statusCode, headers, body } = await open().recommend({ userId: "10042", limit: 500, ...request });
    expect([statusCode, headers?.["x-recommendation-source"]]).toEqual([200, "personalize"]);
    return (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
  }

  const putUpdate = (itemUpdate: { itemId: string; available: boolean }) => open().put([{ itemUpdate }]);

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
    const { FunctionError } = await open().lambda.invoke({ FunctionName });
    expect(FunctionError).toBeUndefined();
    const list = await readFallback();
    expect(list.length).toBeGreaterThan(100);
    expect(list).not.toContain(itemId);
  });
}
