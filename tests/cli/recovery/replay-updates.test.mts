// A replay judges updates of items as their consumer does: by the row that it knows.
import { expect, test } from "vitest";
import { replay } from "../../../cli/recovery/replay/replay.ts";
import { toRowKey } from "../../../functions/ingestion/updates/changed-rows.ts";
import { linesKey, prefixes } from "../../../names/layout.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { quarantined, quarantineKey, stack, useRecoveryStage } from "./recovery-stage.mts";

const printed = usePrinted();
const stage = await useRecoveryStage();
const columns = { ANIMAL_TYPE: "2", ANIMAL_AGE: "1", ANIMAL_SIZE: "2", ANIMAL_BREED: "Pug", ITEM_VALUE: 0.1 };
const row = (id: string) => JSON.stringify({ id, columns: { ...columns, CREATION_TIMESTAMP: 5 } });

let count = 0;
async function quarantine(itemUpdate: object): Promise<void> {
  const time = stage.account.clock.now();
  await stage.write("quarantine", quarantineKey(time), quarantined(JSON.stringify({ itemUpdate }), `${++count}`, time));
}

test("an update without required columns is refused for an item that nothing knows, and sent for others", async () => {
  await stage.write("data", linesKey("items"), `${row("imported")}\n`);
  await stage.write("data", await toRowKey(prefixes.items, "changed"), row("changed"));
  for (const itemId of ["imported", "changed", "unknown"]) await quarantine({ itemId, columns: { ANIMAL_AGE: "3" } });
  await quarantine({ itemId: "new", columns });
  // The consumer then knows the item.
  await quarantine({ itemId: "new", columns: { ANIMAL_AGE: "3" } });
  await stage.account.clock.advance(60_000);
  const read = async (more: object) => {
    const isDone = await replay({ stack, source: "quarantine", json: true, ...more }, stage.options);
    // A count ends as the run does: the refused record stays.
    expect(isDone).toBe(false);
    return JSON.parse(printed.out.at(-1) ?? "");
  };
  const refused = {
    "itemUpdate.columns: has no ANIMAL_TYPE, no ANIMAL_SIZE, no ANIMAL_BREED, no ITEM_VALUE; an item that is not in the catalogue needs all of them": 1,
  };
  expect(await read({ dryRun: true })).toMatchObject({ sent: 4, refused });
  expect(await read({ yes: true })).toMatchObject({ sent: 4, refused });
  expect((await stage.readStream()).filter((text) => text.includes("unknown"))).toEqual([]);
  expect(await read({ dryRun: true })).toMatchObject({ sent: 0, refused });
});
