import { type AccountOptions, startAccount } from "../../../account.ts";
import type { Place } from "../../../record/place.ts";
import { start } from "../../personalize/pets.ts";
import { sdk } from "../../support/aws.ts";

/** A local account, whose clock moves only while the suite waits. */
export async function openLocalPlace(options: AccountOptions = {}) {
  const account = await startAccount({ speed: 0, start, ...options });
  const place: Place = {
    settings: sdk(account),
    account: "000000000000",
    region: "eu-west-1",
    known: {},
    now: () => new Date(account.clock.now()),
    pause: (milliseconds) => account.clock.advance(milliseconds),
    close: () => account.close(),
  };
  return { ...place, local: account };
}
