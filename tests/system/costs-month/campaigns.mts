import type { DeployedStack } from "../../support/deployed-stack.ts";
import { hour, type Measured, minute, type Period } from "./measured.mts";

/** A minimum that a campaign had from a time on, and when it was asleep. */
interface Truth {
  readonly created: number;
  readonly asleep: Period[];
  readonly minimums: { readonly since: number; readonly minimum: number }[];
}

/** The campaigns as they were, by what the story of the month does. */
export class Campaigns {
  readonly #measured: Measured;
  readonly #truths = new Map<string, Truth>();

  constructor(measured: Measured) {
    this.#measured = measured;
  }

  /** Notes the minimums that the campaigns of a stack have now. */
  async note({ readCampaign, outputs }: DeployedStack): Promise<void> {
    for (const [model, arn] of Object.entries(outputs.campaignArns)) {
      const { creationDateTime, latestCampaignUpdate, minProvisionedTPS: minimum = 0 } = await readCampaign(model);
      const truth = this.#truths.get(arn) ?? { created: Number(creationDateTime), asleep: [], minimums: [] };
      this.#truths.set(arn, truth);
      const last = truth.minimums.at(-1);
      const since = Number(latestCampaignUpdate?.lastUpdatedDateTime ?? creationDateTime);
      if (last?.minimum !== minimum) truth.minimums.push({ since, minimum });
    }
  }

  /** Notes a time without a campaign. */
  noteRest(arn: string, rest: Period): void {
    this.#truthOf(arn).asleep.push(rest);
  }

  minimumsOf = (arn: string): number[] => this.#truthOf(arn).minimums.map(({ minimum }) => minimum);

  restsOf = (arn: string): readonly Period[] => this.#truthOf(arn).asleep;

  /**
   * Counts a campaign's TPS-hours, second by second of each window, with a minimum or with those it
   * had.
   */
  countHours(period: Period, arn: string, minimum?: number): number {
    const truth = this.#truthOf(arn);
    const requests = new Map<number, number>();
    for (const { time, value } of [
      ...this.#measured.find(period, "AWS/Personalize", "GetRecommendations", arn),
      ...this.#measured.find(period, "AWS/Personalize", "GetPersonalizedRanking", arn),
    ]) {
      const window = time - (time % (5 * minute));
      requests.set(window, (requests.get(window) ?? 0) + value);
    }
    const from = Math.max(period.from, truth.created);
    let hours = 0;
    for (let window = from - (from % (5 * minute)); window < period.to; window += 5 * minute) {
      let provisioned = 0;
      const start = Math.max(window, from);
      const end = Math.min(window + 5 * minute, period.to);
      truth.minimums.forEach((step, index) => {
        const since = index === 0 ? 0 : step.since;
        const until = truth.minimums[index + 1]?.since ?? Number.POSITIVE_INFINITY;
        provisioned += (minimum ?? step.minimum) * Math.max(0, Math.min(end, until) - Math.max(start, since));
      });
      for (const rest of minimum === undefined ? truth.asleep : []) {
        const share = Math.max(0, Math.min(end, rest.to) - Math.max(start, rest.from)) / (end - start);
        provisioned *= 1 - share;
      }
      hours += Math.max(provisioned / hour, (requests.get(window) ?? 0) / 3_600);
    }
    return hours;
  }

  #truthOf(arn: string): Truth {
    const truth = this.#truths.get(arn);
    if (!truth) throw new Error(`no campaign ${arn}`);
    return truth;
  }
}
