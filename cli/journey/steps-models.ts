import { cut } from "../../names/printable";
import { bold } from "../terminal/paint";
import { listUserColumns } from "./data";
import { chooseNoun, describeItem, describeList, nameItem } from "./items";
import { failUnless, type Journey, type Step } from "./journey";
import { fetchItems, invoke, rankItems, recommend } from "./recommend";

const shown = 3;

export const recommendations: Step = {
  title: "Recommendations for a known visitor, an unknown visitor and a session",
  async run(journey) {
    const { print } = journey;
    const visitor = await journey.data.findKnownVisitor();
    const { items, headers } = await fetchItems(journey, { userId: visitor, limit: 10 });
    const known = items.map(({ id }) => id);
    const unknown = await recommend(journey, { userId: "unknown-visitor", limit: 10 });
    const anonymous = await recommend(journey, { sessionId: journey.session, limit: 10 });
    const columns = await listUserColumns(journey.stack);
    if (columns.length > 0) {
      print(`Known about users, for filters with CurrentUser: ${columns.map((name) => cut(name, 30)).join(", ")}.`);
    }
    const lists = [
      [`Visitor ${cut(visitor, 40)}, who is in the data`, known],
      ["An unknown visitor", unknown],
      [`Session ${journey.session}, without a user id`, anonymous],
    ] as const;
    for (const [who, list] of lists) {
      print(`${bold(who)}, ${Math.min(shown, list.length)} of ${list.length}:`);
      for (const line of describeList(journey, list, shown)) print(line);
      failUnless(list.length === 10, `${who} got ${list.length} items instead of ten`);
    }
    // Visitors of an experiment may both get the list of popular items; asleep, all do.
    const mayBeEqual = headers["x-recommendation-variant"] !== undefined || journey.stack.asleepSince !== undefined;
    failUnless(mayBeEqual || known.join() !== unknown.join(), "a known visitor got the same list as an unknown one");
  },
};

/**
 * Five candidates, from the item with the lowest score to that with the highest. Two pets may be of
 * the same group.
 */
async function chooseCandidates(journey: Journey, visitor: string) {
  const items = await rankItems(journey, visitor);
  const pets = chooseNoun(journey, items[0] ?? "") === "pets";
  const places = pets ? [1, 0.05, 0.5, 0, 0.05] : [1, 0.05, 0.5, 0, 0.75];
  const chosen = places.map((place) => items[Math.floor(place * (items.length - 1))] ?? "");
  // The caller's id, and the model's item.
  return (pets ? chosen : [...new Set(chosen)]).map((itemId, i) => ({ id: pets ? `pet-${i + 1}` : itemId, itemId }));
}

export const reranking: Step = {
  title: "A list is re-ranked",
  async run(journey) {
    const model = journey.stack.models.find(({ name }) => name === "reranking");
    if (!model) return journey.print("Re-ranking is switched off.");
    const userId = await journey.data.findKnownVisitor();
    const candidates = await chooseCandidates(journey, userId);
    const itemMetadataList = candidates.map(({ id, itemId }) => ({ ...nameItem(journey, itemId), itemId: id }));
    const { body } = await invoke(journey, model.functionName, { userId, itemMetadataList });
    const { ranking } = body as { ranking: string[] };
    const ids = candidates.map(({ id }) => id);
    journey.print(`${bold(`Re-ranked for the visitor ${cut(userId, 30)}`)} (numbers: the caller's order):`);
    for (const id of ranking) {
      const before = ids.indexOf(id);
      const text = describeItem(journey, candidates[before]?.itemId ?? "");
      const name = text.startsWith(id) ? "" : `${cut(id, 10)}: `;
      journey.print(`${String(before + 1).padStart(2)}. ${name}${text}`);
    }
    const sortIds = (list: readonly string[]) => [...list].sort().join();
    failUnless(sortIds(ranking) === sortIds(ids), "an item was lost in the re-ranking");
  },
};
