/**
 * Targets Q3 and Q4: the recommender on MovieLens-small, data that its authors did not make. On its own:
 * `node --import tsx bench/recommender/movielens.ts`. The data may not be passed on, so they are fetched with Debian's
 * package r-cran-dslabs into a temporary folder and removed again; where there is no apt-get nothing is measured.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeTexts } from "../../local/account/services/personalize/recommender/coded-texts";
import { distinctItems } from "../../local/account/services/personalize/recommender/corpus";
import { recency } from "../../local/account/services/personalize/recommender/features";
import { addRow, fitRidge } from "../../local/account/services/personalize/recommender/ridge";
import { type DataSet, dataSetOf } from "./data";
import { type Figures, mean, paired, standardError, tenFolds } from "./judge";
import { blendHeard, type Peer, popularity, withoutSeen } from "./peers";
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
      `skipped: Debian's r-cran-dslabs cannot be had here (${error instanceof Error ? error.message : error}).`,
    );
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The ratings above each threshold as events of its type, by time; films with their genres. */
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

/** Stage 1 alone, its memory halved every five events. */
const ridgeAlone: Peer = ({ corpus, columns }, users) => {
  const items = corpus.itemIds.length;
  const ridge = fitRidge(distinctItems(corpus, users), items, columns, 100);
  return (history) => {
    const scores = new Float64Array(items);
    const newest = new Map(Array.from(history, (item, p) => [item, p]));
    for (const [item, p] of newest) addRow(ridge, item, recency(p, history.length, 5), scores);
    return scores;
  };
};

function run(ratings: Ratings): boolean {
  let all = true;
  const target = (holds: boolean, text: string) => {
    console.log(`${holds ? "  holds " : "  MISSED"}  ${text}`);
    all &&= holds;
  };
  const progress = (fold: number) => console.error(`  fold ${fold + 1} of 10`);
  const model = blendHeard(() => {});

  const liked = eventsOf(ratings, { like: 3.6 });
  const peers = { "popularity, unseen": withoutSeen(popularity), "stage 1, unseen": withoutSeen(ridgeAlone), model };
  const table = tenFolds(liked, peers, progress);
  print(`Ratings above 3.6, ${liked.corpus.items.length} events, ${liked.corpus.itemIds.length} films`, table);
  const [popular, ridge, blend] = Object.values(table);
  if (popular && ridge && blend) {
    const over = paired(blend.ndcg25, ridge.ndcg25);
    const times = mean(blend.ndcg25) / mean(popular.ndcg25);
    target(mean(blend.ndcg25) >= 0.22, `NDCG@25 is ${mean(blend.ndcg25).toFixed(3)}, at least .220`);
    target(mean(blend.ndcg10) >= 0.175, `NDCG@10 is ${mean(blend.ndcg10).toFixed(3)}, at least .175`);
    target(times >= 1.75, `NDCG@25 is ${times.toFixed(2)} × popularity, at least 1.75`);
    target(
      over.difference >= -over.error,
      `NDCG@25 is stage 1 ${over.difference.toFixed(4)} (± ${over.error.toFixed(4)}), at least − 1 standard error`,
    );
  }

  // The service's sample notebook makes two events of one rating, which inflates every figure: a floor, no more.
  const doubled = tenFolds(eventsOf(ratings, { click: 1, watch: 3 }), { model }, progress);
  print("As the service's sample notebook prepares it (published: MRR .269, NDCG@10 .269, NDCG@25 .332)", doubled);
  const { model: notebook } = doubled;
  if (notebook) {
    target(
      mean(notebook.reciprocalRank) >= 0.27,
      `MRR@25 is ${mean(notebook.reciprocalRank).toFixed(3)}, at least .27`,
    );
    target(mean(notebook.ndcg10) >= 0.27, `NDCG@10 is ${mean(notebook.ndcg10).toFixed(3)}, at least .27`);
    target(mean(notebook.ndcg25) >= 0.33, `NDCG@25 is ${mean(notebook.ndcg25).toFixed(3)}, at least .33`);
  }
  return all;
}

function print(title: string, table: Readonly<Record<string, Figures>>): void {
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
