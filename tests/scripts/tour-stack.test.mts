// The account of `npm start` has a stack that the Pulumi CLI does not know: it stops before the CLI
// begins.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { callCommandLine } from "../support/command-line.ts";

let account: Account;
beforeAll(async () => {
  account = await startAccount({ labels: { tourStack: "dev" } });
});
afterAll(() => account.close());

/** Without a Pulumi CLI. */
const pulumi = (...args: string[]) =>
  callCommandLine(["pulumi", ...args], { AWS_ENDPOINT_URL: account.origin, PATH: "/nonexistent" });

test.each(["up", "preview", "refresh", "destroy", "import", "config"])(
  "`recommender pulumi %s` says which commands work instead",
  async (name) => {
    const { code, err } = await pulumi(name, "--stack", "dev");
    expect(code).toBe(1);
    expect(err).toContain(`The stack dev on ${account.origin} was deployed by npm start`);
    expect(err).toContain("npm start -- --watch");
    expect(err).toMatch(/npm run account -- --port \d+, and there npx recommender pulumi --port \d+ up/);
  },
);

test.each([["up", "--stack", "other"], ["about"], ["config", "--stack", "other"]])(
  "`recommender pulumi %s %s %s` goes on to the CLI",
  async (...args) => {
    const { err } = await pulumi(...args);
    expect(err).toContain("The Pulumi CLI is not installed");
  },
);
