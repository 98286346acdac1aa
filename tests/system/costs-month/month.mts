import type { Account } from "../../../local/account.ts";
import { type DeployedStack, deploySmallStack, openGate } from "../../support/deployed-stack.ts";
import { hurriedSpeed } from "../../support/hurried-speed.ts";
import type { Campaigns } from "./campaigns.mts";
import { day, hour, minute } from "./measured.mts";
import { type Prices, prices } from "./prices.mts";

const place = { account: "000000000000", region: "eu-west-1" };

const toSettings = (own: Record<string, string>, given: Prices = prices) => ({
  ...openGate,
  retrainingSchedule: "cron(0 3 * * ? *)",
  prices: JSON.stringify(given),
  ...own,
});

/** The prices of the second stack, without that of metrics. */
const { metricMonth: _, ...unpriced } = prices;

export { unpriced };

/** Requests per second by the hour of the day: nothing, .3, 4 and bursts of 30. */
const ofBusyDay = (time: number): number => {
  const hourOfDay = Math.floor((time % day) / hour);
  if (hourOfDay < 6) return 0;
  if (hourOfDay < 18) return 0.3;
  if (hourOfDay < 22) return 4;
  return Math.floor((time % hour) / (10 * minute)) % 2 === 0 ? 30 : 0.3;
};

const ofSecondDay = (time: number): number => (Math.floor((time % day) / hour) === 20 ? 4 : 0.3);

const event = (number: number) => ({ sessionId: `s-${number}`, eventType: "DetailView", itemId: "2-Beagle-2-3" });

/**
 * Lives eleven days, of which `tests/cli/costs/histories.test.mts` has the long ones: a busy stack
 * of v1 recipes, whose minimum changes; a second one of v2 recipes, which rests for two days; and
 * at its end three days of a third one, without callers.
 */
export async function liveMonth(account: Account, campaigns: Campaigns) {
  const { clock } = account;

  /** Works at speed, and stops the clock at the end. */
  async function hurry<T>(work: () => Promise<T>): Promise<T> {
    clock.setSpeed(hurriedSpeed);
    const result = await work();
    clock.setSpeed(0);
    return result;
  }

  /** Puts the requests of five minutes into CloudWatch. */
  function request({ outputs, stack }: DeployedStack, perSecond: number): void {
    const arn = outputs.campaignArns.recommendation ?? "";
    const requests = Math.round(300 * perSecond);
    if (requests === 0) return;
    const emit = (namespace: string, name: string, dimensions: Record<string, string>) =>
      account.host.emit("metric", { ...place, namespace, name, dimensions, values: [requests], unit: "Count" });
    emit("AWS/Personalize", "GetRecommendations", { CampaignArn: arn });
    emit("recommender", "CampaignRequests", { Stack: stack, Campaign: arn.slice(arn.lastIndexOf("/") + 1) });
  }

  /**
   * Lives some days with traffic, of the second stack only while it is awake; the first ones end at
   * a multiple of five minutes.
   */
  async function live(days: number, isAwake = true): Promise<void> {
    await clock.advance(5 * minute - (clock.now() % (5 * minute)));
    const end = clock.now() + days * day;
    for (let count = 0; clock.now() < end; count++) {
      request(busy, ofBusyDay(clock.now()));
      if (isAwake) request(second, ofSecondDay(clock.now()));
      if (count % 288 === 100) await hurry(() => busy.put([event(count), event(count + 1)]));
      await clock.advance(5 * minute);
    }
  }

  /** Trains as the schedule does. */
  const train = (deployed: DeployedStack) =>
    hurry(() => deployed.runMachine({ scheduledTime: new Date(clock.now()).toISOString(), force: true }));

  /** Puts the second stack to rest, and returns when its campaign was gone. */
  async function rest(): Promise<number> {
    // The clock is slow from when the provider finds no campaign until the parameter says so.
    const gone = new Promise<number>((resolve) => {
      const forget = account.log.listen(({ operation, error }) => {
        if (operation === "DescribeCampaign" && error !== undefined && clock.speed !== 1) {
          clock.setSpeed(1);
          resolve(clock.now());
        }
        if (operation !== "PutParameter") return;
        forget();
        clock.setSpeed(hurriedSpeed);
      });
    });
    await hurry(() => second.redeploy({ asleep: "true" }));
    return gone;
  }

  /** Wakes it, and notes the rest. */
  async function wake(from: number): Promise<void> {
    await hurry(() => second.redeploy({}));
    const { creationDateTime } = await second.readCampaign();
    campaigns.noteRest(second.outputs.campaignArns.recommendation ?? "", { from, to: Number(creationDateTime) });
  }

  const busy = await deploySmallStack(account, "busy", toSettings({ minProvisionedTPS: "2" }));
  await campaigns.note(busy);
  const ofVersion2 = { recommendationRecipe: "aws-user-personalization-v2", rerankingEnabled: "false" };
  const second = await deploySmallStack(account, "second", toSettings(ofVersion2, unpriced));
  await campaigns.note(second);
  clock.setSpeed(0);

  const began = clock.now();
  await live(2);
  await train(busy);
  await hurry(() => busy.redeploy({ minProvisionedTPS: "4", promotionThreshold: "1" }));
  await campaigns.note(busy);
  let fellAsleep = 0;
  for (let part = 0; part < 6; part++) {
    // Two days of rest.
    if (part === 2) fellAsleep = await rest();
    if (part === 4) await wake(fellAsleep);
    await live(1, part < 2 || part >= 4);
    await train(busy);
  }
  const third = await hurry(() => deploySmallStack(account, "third", toSettings({})));
  await campaigns.note(third);
  await live(3);
  return { busy, second, third, began, hurry };
}
