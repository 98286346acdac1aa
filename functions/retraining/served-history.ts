import { nullish, object, string } from "zod/mini";
import { connectS3 } from "../support/clients";
import { describeError, log } from "../support/telemetry";

export interface ServedHistorySettings {
  readonly DATA_BUCKET: string;
  readonly DECISIONS_PREFIX: string;
}

/**
 * Creates the function that finds the versions that a campaign served before. The decisions are the
 * record: each promotion names the version that it replaced. A version that was rolled back is in
 * no such chain, so a bad version with a good metric is no bound; and a version that someone chose
 * although the gate had rejected it ends the chain, so that it counts as the new beginning.
 */
export function createServedHistory({ DATA_BUCKET, DECISIONS_PREFIX }: ServedHistorySettings) {
  const s3 = connectS3();
  const shape = object({
    outcome: string(),
    incumbent: nullish(string()),
    evaluation: nullish(object({ decision: nullish(string()) })),
  });

  /**
   * Returns the version that the promotion of this one replaced; undefined when no decision is on
   * record, or no promotion.
   */
  const findReplaced = async (model: string, solutionVersionArn: string): Promise<string | undefined> => {
    const { sdk, client } = await s3();
    const key = `${DECISIONS_PREFIX}${model}/${solutionVersionArn.split("/").at(-1)}.json`;
    let text: string;
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: DATA_BUCKET, Key: key }));
      text = (await Body?.transformToString()) ?? "";
    } catch (error) {
      // The first version was never promoted.
      if (describeError(error).error === "NoSuchKey") return undefined;
      throw error;
    }
    const parsed = shape.safeParse(parseDecision(text));
    if (!parsed.success) {
      log("warn", "the object is not a decision of the retraining; no earlier version is compared", { key });
      return undefined;
    }
    const { outcome, incumbent, evaluation } = parsed.data;
    // A promotion that failed afterwards, such as at the version parameter, serves too.
    const wasAccepted = outcome === "promoted" || evaluation?.decision === "promote";
    return wasAccepted ? (incumbent ?? undefined) : undefined;
  };

  /**
   * Returns at most `most` versions that served before this one, of the same solution: with the
   * same recipe and settings.
   */
  return async (model: string, serving: string, most: number): Promise<string[]> => {
    const found: string[] = [];
    let version = serving;
    while (found.length < most) {
      const before = await findReplaced(model, version);
      if (!before || solutionOf(before) !== solutionOf(serving) || before === serving || found.includes(before)) break;
      found.push(before);
      version = before;
    }
    return found;
  };
}

const solutionOf = (solutionVersionArn: string) => solutionVersionArn.slice(0, solutionVersionArn.lastIndexOf("/"));

/** Undefined for a text that is not JSON. */
function parseDecision(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
