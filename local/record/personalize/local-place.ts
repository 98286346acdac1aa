import { type AccountOptions, startAccount } from "../../account";
import type { Place } from "../place";
import { start } from "./pets";

const region = "eu-west-1";
const credentials = { accessKeyId: "record", secretAccessKey: "record" };

/** A local account, whose clock moves only while the suite waits. */
export async function openLocalPlace(options: AccountOptions = {}) {
  const account = await startAccount({ speed: 0, start, ...options });
  const place: Place = {
    settings: { endpoint: account.origin, region, credentials, maxAttempts: 1 },
    account: "000000000000",
    region,
    known: {},
    now: () => new Date(account.clock.now()),
    pause: (milliseconds) => account.clock.advance(milliseconds),
    close: () => account.close(),
  };
  return { ...place, local: account };
}
