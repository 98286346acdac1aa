import type { Placement } from "../../contract";
import { cut } from "../../names/printable";
import type { StackReader } from "../stack/stack";
import { bold } from "../terminal/paint";
import { describeItem } from "./items";
import { failUnless, type Journey, type Step } from "./journey";
import { fetchItems, recommend } from "./recommend";

const shown = 3;

/** The step of the stack's placements; none in a stack without any. */
export function listPlacementSteps({ placements }: StackReader): Step[] {
  const others = Object.entries(placements).filter(([name]) => name !== "recommendation");
  if (others.length === 0) return [];
  return [{ title: "Each placement has its own answer", run: (journey) => showPlacements(journey, others) }];
}

async function showPlacements(journey: Journey, placements: [string, Placement][]): Promise<void> {
  const userId = await journey.data.findKnownVisitor();
  const [itemId = ""] = await recommend(journey, { userId, limit: 1 });
  for (const [name, placement] of placements) {
    const values = [...(placement.filterValues ?? []), ...(placement.promotionValues ?? [])];
    if (values.length > 0) {
      journey.print(`${bold(name)}: a request gives a value of ${values.join(", ")}, so it is not asked here.`);
      continue;
    }
    const about = placement.needsItem ? `, for ${describeItem(journey, itemId)}` : "";
    journey.print(`${bold(name)}${cut(about, 60)}:`);
    const request = { placement: name, ...(placement.needsItem ? { itemId } : { userId }), limit: shown };
    const { items } = await fetchItems(journey, request);
    failUnless(items.length > 0, `the placement ${name} has no items`);
    for (const [i, { id, columns }] of items.entries()) {
      const text = columns ? `${id}  ${JSON.stringify(columns)}` : describeItem(journey, id);
      journey.print(`${String(i + 1).padStart(2)}. ${cut(text, 72)}`);
    }
  }
}
