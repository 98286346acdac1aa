import { existsSync } from "node:fs";
import { codeTexts } from "../../../local/account/services/personalize/recommender/data/coded-texts";
import { type DataSet, dataSetOf } from "../../../local/account/services/personalize/recommender/data/data-set";
import { readRTable, textsOf } from "./r-data";

/** The data of the installed package. */
const installed = "/usr/lib/R/site-library/dslabs/data";

/**
 * Reads MovieLens-small (Harper, Konstan 2015), which Debian's package r-cran-dslabs contains: from
 * a folder with the package's data, or from this machine. Undefined where there is neither.
 */
export function readMovieLens(folder = process.env.MOVIELENS ?? installed): DataSet | undefined {
  return existsSync(folder) ? toDataSet(folder) : undefined;
}

/** Ratings above 3.6 are what people liked; the others are left out. */
function toDataSet(folder: string): DataSet {
  const columns = readRTable(folder, "movielens");
  const textsIn = (name: string): readonly string[] => {
    const column = columns.get(name);
    if (!column) throw new Error(`${folder}: the table movielens has no column ${name}.`);
    return textsOf(column);
  };
  const ratings = textsIn("rating");
  const liked = [...ratings.keys()].filter((row) => Number(ratings[row]) > 3.6);
  const pick = (name: string) => {
    const texts = textsIn(name);
    return liked.map((row) => texts[row] ?? "");
  };
  return dataSetOf(
    "MovieLens-small",
    {
      userIds: codeTexts(pick("userId")),
      itemIds: codeTexts(pick("movieId")),
      timestamps: Float64Array.from(pick("timestamp"), Number),
      eventTypes: codeTexts([]),
    },
    { itemIds: [], categorical: {}, creationTimestamps: new Float64Array(0) },
  );
}
