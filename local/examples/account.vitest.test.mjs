// The same with Vitest.
import { ListDatasetGroupsCommand, PersonalizeClient } from "@aws-sdk/client-personalize";
import { clientEnvironment, startAccount } from "local-aws-account";
import { afterAll, beforeAll, expect, test } from "vitest";

let account;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  Object.assign(process.env, clientEnvironment(account.origin));
});
afterAll(() => account.close());

test("a new account has no dataset groups", async () => {
  const { datasetGroups } = await new PersonalizeClient({}).send(new ListDatasetGroupsCommand({}));
  expect(datasetGroups).toEqual([]);
});
