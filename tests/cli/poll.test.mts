import { afterEach, expect, test } from "vitest";
import { advanceLocalClock, realPause } from "../../cli/terminal/poll.ts";
import { startAccount } from "../../local/account.ts";

const { AWS_ENDPOINT_URL: before } = process.env;
afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL;
  if (before !== undefined) process.env.AWS_ENDPOINT_URL = before;
});

test("a command that waits moves the clock of a local account", async () => {
  const account = await startAccount({ speed: 0 });
  process.env.AWS_ENDPOINT_URL = account.origin;
  const start = account.clock.now();
  await realPause(3_600_000);
  expect(account.clock.now() - start).toBe(3_600_000);
  await account.close();
});

test("a command waits in real time on AWS, and at an address where no account listens", async () => {
  delete process.env.AWS_ENDPOINT_URL;
  expect(await advanceLocalClock(1)).toBe(false);
  process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:1";
  expect(await advanceLocalClock(1)).toBe(false);
});
