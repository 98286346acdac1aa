import { stream } from "../../../local/account/aws/random";
import { historyOf, listUsers } from "../../../local/account/services/personalize/recommender/data/corpus";
import type { DataSet } from "../../../local/account/services/personalize/recommender/data/data-set";
import { foldsOf } from "../../../local/account/services/personalize/recommender/data/split";
import { selectBest } from "../../../local/account/services/personalize/recommender/data/top";
import { type Judged, listLength } from "../../../local/account/services/personalize/recommender/measure/metrics";
import type { Peer } from "../../../local/account/services/personalize/recommender/measure/peers";
import { withoutEvents } from "./data";

const hiddenCount = 92;

/**
 * Lists new items: 92 items are left out of the training and of the histories, and only they are
 * ranked, once for each event of a test user with one of them.
 */
export function judgeColdItems<Name extends string>(
  set: DataSet,
  peers: Readonly<Record<Name, Peer>>,
): Record<Name, Judged[][]> {
  const { corpus } = set;
  const catalogue = new Set(set.items.itemIds);
  const items = Array.from(stream("bench/cold").perm(corpus.itemIds.length));
  const hidden = items.filter((item) => catalogue.has(corpus.itemIds[item] ?? "")).slice(0, hiddenCount);
  const isHidden = new Set(hidden);
  const training = withoutEvents(set, new Set(hidden.map((item) => corpus.itemIds[item] ?? "")));
  const folds = foldsOf(corpus.userIds, 7);
  const testIds = new Set(corpus.userIds.filter((_, user) => folds[user] === 0));
  const trainingUsers = listUsers(training.corpus).filter((user) => !testIds.has(training.corpus.userIds[user] ?? ""));

  const queries = [...listUsers(corpus).filter((user) => folds[user] === 0)].flatMap((user) => {
    const events = historyOf(corpus, user);
    return Array.from(events.keys())
      .filter((p) => p >= 2 && isHidden.has(events[p] ?? -1))
      .map((p) => ({ history: events.slice(0, p).filter((item) => !isHidden.has(item)), item: events[p] ?? -1 }))
      .filter(({ history }) => history.length > 0);
  });
  return Object.fromEntries(
    Object.entries<Peer>(peers).map(([name, peer]) => {
      const score = peer(training, trainingUsers);
      const judged = queries.map(({ history, item }): Judged => {
        const list = selectBest(score(history), listLength, (index) => isHidden.has(index));
        return { list, truth: new Set([item]) };
      });
      return [name, [judged]];
    }),
  ) as Record<Name, Judged[][]>;
}
