/**
 * Targets Q3 and Q4: the recommender on MovieLens-small, a public data set. Run it with
 * `node --import tsx bench/recommender/movielens.ts`. The licence does not allow to include the data, so they are
 * downloaded with Debian's package r-cran-dslabs into a temporary folder and removed again. Without apt-get nothing is
 * measured.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DataSet, dataSetOf } from "../../cli/evaluate/data-set";
import { compareQueries, type Figures, mean, standardError, tenFolds } from "../../cli/evaluate/judge";
import { createBlend, type Peer, popularity } from "../../cli/evaluate/peers";
import { codeTexts } from "../../local/account/services/personalize/recommender/data/coded-texts";
import { listDistinctItems } from "../../local/account/services/personalize/recommender/data/corpus";
import { addRow, fitRidge } from "../../local/account/services/personalize/recommender/stage1/ridge";
import { weighRecency } from "../../local/account/services/personalize/recommender/stage2/features";
import { createTargets } from "../targets";
import { withoutSeen } from "./peers";
import { fieldsOf, type RVector, readObject, textsOf } from "./r-data";

type Ratings = Readonly<Record<string, RVector>>;

function fetchRatings(): Ratings | undefined {
  const folder = mkdtempSync(join(tmpdir(), "movielens-"));
  const quiet = { cwd: folder, stdio: "ignore" } as const;
  try {
    execFileSync("apt-get", ["download", "r-cran-dslabs"], quiet);
    const [archive = ""] = readdirSync(folder);
    execFileSync("dpkg-deb", ["-x", archive, "unpacked"], quiet);
    return fieldsOf(readObject(join(folder, "unpacked/usr/lib/R/site-library/dslabs/data/Rdata"), "movielens"));
  } catch (error) {
    console.log(
      `skipped: Debian's package r-cran-dslabs cannot be downloaded (${error instanceof Error ? error.message : error}).`,
    );
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Events from ratings: an event of each type for the ratings above the type's threshold. Films have their genres. */
function eventsOf(ratings: Ratings, types: Readonly<Record<string, number>>): DataSet {
  const column = (name: string) => textsOf(ratings[name] ?? { values: [], attributes: {} });
  const [users, films, stars, times] = ["userId", "movieId", "rating", "timestamp"].map(column);
  const rows = Array.from(users?.keys() ?? []).flatMap((row) =>
    Object.entries(types)
      .filter(([, above]) => Number(stars?.[row]) > above)
      .map(([type]) => ({ row, type })),
  );
  const kinds = column("genres");
  const genres = new Map(films?.map((film, row) => [film, kinds[row] ?? ""]));
  const shown = [...new Set(rows.map(({ row }) => films?.[row] ?? ""))];
  return dataSetOf(
    "MovieLens-small",
    {
      userIds: codeTexts(rows.map(({ row }) => users?.[row] ?? "")),
      itemIds: codeTexts(rows.map(({ row }) => films?.[row] ?? "")),
      timestamps: Float64Array.from(rows, ({ row }) => Number(times?.[row])),
      eventTypes: codeTexts(rows.map(({ type }) => type)),
    },
    {
      itemIds: shown,
      categorical: { GENRES: shown.map((film) => genres.get(film)) },
      creationTimestamps: new Float64Array(shown.length),
    },
  );
}

/** Stage 1 alone, in which an event's weight halves every five events. */
const ridgeAlone: Peer = ({ corpus, columns }, users) => {
  const items = corpus.itemIds.length;
  const ridge = fitRidge(listDistinctItems(corpus, users), items, columns, 100);
  return (history) => {
    const scores = new Float64Array(items);
    const newest = new Map(Array.from(history, (item, p) => [item, p]));
    for (const [item, p] of newest) addRow(ridge, item, weighRecency(p, history.length, 5), scores);
    return scores;
  };
};

function run(ratings: Ratings): boolean {
  const targets = createTargets(console.log);
  const progress = (fold: number) => console.error(`  fold ${fold + 1} of 10`);
  const model = createBlend(() => {});

  const liked = eventsOf(ratings, { like: 3.6 });
  const peers = { "popularity, unseen": withoutSeen(popularity), "stage 1, unseen": withoutSeen(ridgeAlone), model };
  const table = tenFolds(liked, peers, progress);
  printTable(`Ratings above 3.6, ${liked.corpus.items.length} events, ${liked.corpus.itemIds.length} films`, table);
  const [popular, ridge, blend] = Object.values(table);
  if (popular && ridge && blend) {
    const over = compareQueries(blend.ndcg25, ridge.ndcg25);
    const times = mean(blend.ndcg25) / mean(popular.ndcg25);
    targets.check(mean(blend.ndcg25) >= 0.22, `NDCG@25 is ${mean(blend.ndcg25).toFixed(3)}, at least .220`);
    targets.check(mean(blend.ndcg10) >= 0.175, `NDCG@10 is ${mean(blend.ndcg10).toFixed(3)}, at least .175`);
    targets.check(times >= 1.75, `NDCG@25 is ${times.toFixed(2)} × popularity, at least 1.75`);
    targets.check(
      over.difference >= -over.error,
      `NDCG@25 is stage 1 ${over.difference.toFixed(4)} (± ${over.error.toFixed(4)}), at least − 1 standard error`,
    );
  }

  // The service's sample notebook turns one rating into two events, which increases every metric: only a lower limit.
  const doubled = tenFolds(eventsOf(ratings, { click: 1, watch: 3 }), { model }, progress);
  printTable(
    "Prepared like in the service's sample notebook (published: MRR .269, NDCG@10 .269, NDCG@25 .332)",
    doubled,
  );
  const { model: notebook } = doubled;
  if (notebook) {
    targets.check(
      mean(notebook.reciprocalRank) >= 0.27,
      `MRR@25 is ${mean(notebook.reciprocalRank).toFixed(3)}, at least .27`,
    );
    targets.check(mean(notebook.ndcg10) >= 0.27, `NDCG@10 is ${mean(notebook.ndcg10).toFixed(3)}, at least .27`);
    targets.check(mean(notebook.ndcg25) >= 0.33, `NDCG@25 is ${mean(notebook.ndcg25).toFixed(3)}, at least .33`);
  }
  return targets.missed.length === 0;
}

function printTable(title: string, table: Readonly<Record<string, Figures>>): void {
  console.log(`\n${title}`);
  for (const [name, { ndcg10, ndcg25, reciprocalRank }] of Object.entries(table)) {
    const [ten, more, rank] = [ndcg10, ndcg25, reciprocalRank].map(
      (values) => `${mean(values).toFixed(4)} ± ${standardError(values).toFixed(4)}`,
    );
    console.log(`  ${name.padEnd(20)} NDCG@10 ${ten}   NDCG@25 ${more}   MRR@25 ${rank}   (${ndcg10.length} queries)`);
  }
}

const ratings = fetchRatings();
if (ratings && !run(ratings)) process.exitCode = 1;
