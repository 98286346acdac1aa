import { STS } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readSettings } from "../../pulumi/plugin/settings.ts";
import { openAccount } from "../support/account.mts";
import { createRole } from "../support/roles.ts";

const account = await openAccount({ speed: 300 });
const environment = { AWS_REGION: "eu-west-1" };
beforeAll(() => {
  vi.stubEnv("AWS_ENDPOINT_URL", account.origin);
});
afterAll(() => {
  vi.unstubAllEnvs();
});
const keys = { accessKey: "000000000000", secretKey: "local" };

test("roles are assumed one after the other, each for its duration", async () => {
  const first = await createRole(account, "first", "000000000000", [{ Action: "sts:AssumeRole", Resource: "*" }]);
  const second = await createRole(account, "second", "000000000000");
  const requests: unknown[] = [];
  const end = account.log.listen(({ operation, input }) => {
    if (operation === "AssumeRole") requests.push(input);
  });
  const assumeRoles = JSON.stringify([
    { roleArn: first, duration: "1h30m" },
    { roleArn: second, duration: "900s", sessionName: "deployment" },
  ]);
  const { client } = readSettings({ ...keys, assumeRoles }, environment);
  const { Arn } = await new STS(client).getCallerIdentity({});
  end();
  expect(Arn).toBe("arn:aws:sts::000000000000:assumed-role/second/deployment");
  expect(requests).toMatchObject([
    { RoleArn: first, DurationSeconds: 5400 },
    { RoleArn: second, DurationSeconds: 900 },
  ]);
});

test.each([
  [
    { assumeRoles: '[{"roleArn": "r", "duration": "soon"}]' },
    'aws:assumeRoles.0.duration: "soon" is not like 1h or 45m',
  ],
  [{ assumeRoles: '[{"roleArn": "r", "durations": "1h"}]' }, "does not support aws:assumeRoles.0.durations"],
  [{ ignoreTags: "{}" }, "does not support aws:ignoreTags"],
])("%j is refused with the key", (settings, problem) => {
  expect(() => readSettings(settings, environment)).toThrow(problem);
});
