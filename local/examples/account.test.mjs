// A test with its own account, by Node.js alone: `node --test`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CreateDatasetGroupCommand, ListDatasetGroupsCommand, PersonalizeClient } from "@aws-sdk/client-personalize";
import { clientEnvironment, startAccount } from "local-aws-account";

let account;
before(async () => {
  // The clock is stopped, and moves when the test says so.
  account = await startAccount({ speed: 0 });
  Object.assign(process.env, clientEnvironment(account.origin));
});
after(() => account.close());

test("a dataset group is active after a while", async () => {
  const personalize = new PersonalizeClient({});
  await personalize.send(new CreateDatasetGroupCommand({ name: "pets" }));
  await account.clock.advance(60 * 60_000);
  const { datasetGroups } = await personalize.send(new ListDatasetGroupsCommand({}));
  assert.deepEqual(
    datasetGroups.map(({ name, status }) => [name, status]),
    [["pets", "ACTIVE"]],
  );
});
