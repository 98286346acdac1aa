import type { Peer } from "../../cli/evaluate/peers";
import { listDistinctItems } from "../../local/account/services/personalize/recommender/data/corpus";
import { withoutSeen } from "./peers";

type Library = typeof import("libmf");

interface Settings {
  readonly factors: number;
  /** Importance of the pairs that are not in the data. */
  readonly alpha: number;
  /** Penalty of the factors' squares. */
  readonly lambda: number;
}

/**
 * The library's default settings with two numbers of factors, and the settings with the best NDCG@10 among α .01–1 and
 * λ .01–24, on fold 0 of seed 3, which no target uses.
 */
const variants: Readonly<Record<string, Settings>> = {
  "libmf 32": { factors: 32, alpha: 1, lambda: 0.1 },
  "libmf 64": { factors: 64, alpha: 1, lambda: 0.1 },
  "libmf tuned": { factors: 64, alpha: 0.02, lambda: 3 },
};

export const libmfNames = Object.keys(variants).flatMap((name) => [name, unseenName(name)]);

function unseenName(name: string): string {
  return `${name} −seen`;
}

/**
 * Matrix factorisation for one-class data by LIBMF (Chin, Yuan, Juan, Lin). It has no prediction for new users, so it is
 * trained on the training users and on the histories of the test users. Each variant is included with and without the
 * items that the user has seen. If the library's binary cannot be loaded, prints the reason and returns nothing.
 */
export async function createLibmfPeers(print: (line: string) => void): Promise<Record<string, Peer>> {
  let library: Library;
  try {
    library = await import("libmf");
  } catch (error) {
    print(`libmf is skipped: its binary does not load here (${error instanceof Error ? error.message : error}).`);
    return {};
  }
  return Object.fromEntries(
    Object.entries(variants).flatMap(([name, settings]) => {
      const peer = cacheFit(factorise(library, settings));
      return [
        [name, peer],
        [unseenName(name), withoutSeen(peer)],
      ];
    }),
  );
}

function factorise({ Loss, Matrix, Model }: Library, { factors, alpha, lambda }: Settings): Peer {
  return (set, users, questions) => {
    const data = new Matrix();
    listDistinctItems(set.corpus, users).forEach((basket, k) => {
      for (const item of basket) data.push(users[k] ?? 0, item, 1);
    });
    for (const { user, history } of questions) for (const item of new Set(history)) data.push(user, item, 1);
    // One thread: with more, the order of the steps and so the result would be random.
    const penalties = { lambdaP2: lambda, lambdaQ2: lambda };
    const model = new Model({ loss: Loss.ONE_CLASS_L2, factors, alpha, ...penalties, threads: 1, quiet: true });
    model.fit(data);
    const p = model.p();
    const q = model.q();
    model.destroy();
    return (_, user) => {
      const userFactors = p[user] ?? [];
      return Float64Array.from(q, (factorsOfItem) =>
        factorsOfItem.reduce((sum, value, k) => sum + value * (userFactors[k] ?? 0), 0),
      );
    };
  };
}

/** Fits only once for the same questions. */
function cacheFit(peer: Peer): Peer {
  let last: { questions: unknown; score: ReturnType<Peer> } | undefined;
  return (set, users, questions) => {
    if (last?.questions !== questions) last = { questions, score: peer(set, users, questions) };
    return last.score;
  };
}
