import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeTexts } from "../../../local/account/services/personalize/recommender/data/coded-texts";
import { type DataSet, dataSetOf } from "../../../local/account/services/personalize/recommender/data/data-set";
import { readRTable, textsOf } from "./r-data";

/** The package's data, below the root of a machine or of an unpacked package. */
const inPackage = "usr/lib/R/site-library/dslabs/data";

/**
 * Reads MovieLens-small (Harper, Konstan 2015), which Debian's package r-cran-dslabs contains: from
 * a folder with the package's data, or unpacked into it, from this machine, or from the package,
 * which is fetched for this run and then deleted. Undefined where there is none of them.
 */
export function readMovieLens(given = process.env.MOVIELENS): DataSet | undefined {
  if (given !== undefined) return toDataSet(existsSync(join(given, inPackage)) ? join(given, inPackage) : given);
  if (existsSync(join("/", inPackage))) return toDataSet(join("/", inPackage));
  const folder = mkdtempSync(join(tmpdir(), "movielens-"));
  try {
    const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: folder, stdio: "ignore" });
    try {
      run("apt-get", "download", "r-cran-dslabs");
      run("dpkg-deb", "-x", readdirSync(folder)[0] ?? "", folder);
    } catch {
      return undefined;
    }
    return toDataSet(join(folder, inPackage));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
