import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { toCredentials } from "../support/roles.ts";

const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });
const sts = new STS(sdk(account));

test("a session token acts for the account's owner for at most an hour, and cannot get another token", async () => {
  // API reference, GetSessionToken
  const { Credentials } = await sts.getSessionToken({ DurationSeconds: 43_200 });
  expect(Credentials?.Expiration).toEqual(new Date("2026-03-01T11:00:00Z"));
  const session = new STS(sdk(account, toCredentials(Credentials)));
  expect(await session.getCallerIdentity({})).toMatchObject({ Arn: "arn:aws:iam::000000000000:root" });
  await account.clock.advance(3_600_000);
  await expect(session.getCallerIdentity({})).rejects.toMatchObject({ name: "ExpiredToken" });
});

test("an unsigned request of the Query protocol is STS's", async () => {
  // STS API reference: AssumeRoleWithSAML and AssumeRoleWithWebIdentity need no credentials.
  const post = async (Action: string) => {
    const body = new URLSearchParams({ Action, Version: "2011-06-15" });
    const response = await fetch(account.origin, { method: "POST", body });
    return [response.status, (await response.text()).replace(/.*<Code>(.*)<\/Code>.*/s, "$1")];
  };
  expect(await post("GetCallerIdentity")).toEqual([403, "MissingAuthenticationToken"]);
  const client = new STS(sdk(account));
  const call = client.assumeRoleWithWebIdentity({
    RoleArn: "arn:aws:iam::000000000000:role/r",
    RoleSessionName: "session",
    WebIdentityToken: "token",
  });
  await expect(call).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
});
