// Commands take the time from the answers of AWS: behind a proxy whose answers have another time
// than this machine.
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { createAws } from "../../cli/stack/aws.ts";
import { fetchServiceTime } from "../../cli/stack/service-time.ts";
import { openAccount } from "../../local/tests/support/account.mts";
import { sdk } from "../../local/tests/support/aws.ts";
import { useAccount } from "../support/use-account.mts";

const minute = 60_000;
const account = await openAccount();
let minutesAhead = 0;
/**
 * Passes calls on to the account. It does not answer as a local account: only the header shows its
 * time.
 */
const proxy = createServer((incoming, answer) => {
  answer.setHeader("date", new Date(Date.now() + minutesAhead * minute).toUTCString());
  if (incoming.url?.startsWith("/_local")) return answer.writeHead(404).end();
  const { method, headers, url = "/" } = incoming;
  const ofAccount = new URL(url, account.origin);
  // The account answers only to its own name.
  const passed = request(ofAccount, { method, headers: { ...headers, host: ofAccount.host } }, (response) => {
    const { date: _, ...others } = response.headers;
    answer.writeHead(response.statusCode ?? 500, others);
    response.pipe(answer);
  });
  return incoming.pipe(passed);
});

await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
afterAll(() => void proxy.close());
afterEach(() => vi.unstubAllEnvs());

test.each([
  ["an answer", 30, "/exists"],
  ["an answer", -30, "/exists"],
  ["a refusal", 31, "/missing"],
])("the time is that of %s, with this machine's clock %d minutes behind", async (_what, minutes, Name) => {
  useAccount(account);
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  minutesAhead = 0;
  const { call } = createAws("eu-west-1", { credentials: sdk(account).credentials });
  await call("ssm", "PutParameter", { Name: "/exists", Value: "1", Type: "String", Overwrite: true });
  minutesAhead = minutes;
  await call("ssm", "GetParameter", { Name }).catch(() => undefined);
  const difference = Number(await fetchServiceTime()) - Date.now();
  // A header has whole seconds.
  expect(Math.abs(difference - minutes * minute)).toBeLessThan(2 * minute);
});
