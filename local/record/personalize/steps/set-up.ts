import { options } from "../../../account/services/personalize/undocumented";
import { waitUntilActive } from "../fixture";
import type { Suite } from "../operation";
import { create, makeActive, operationOf } from "../operations";
import { interactionFields, itemFields, userFields, writeCatalogue, writeSchema, writeViews } from "../pets";
import type { World } from "../world";
import { firstImport } from "./first-import";
import { newKey } from "./new-key";
import { deleteGroup, makeKeyAndBuckets, makeLockedGroup, makeRole, runImport } from "./resources";
import type { Step } from "./step";

const needed = (name: string, run: (suite: Suite) => Promise<unknown>): Step => ({
  name,
  stage: 0,
  isNeeded: true,
  run: async (suite) => {
    await run(suite);
    return undefined;
  },
});

/** What could stop a first deployment: conditions, new roles, a group with a key. */
export const firstHourSteps: readonly Step[] = [
  needed("a key, buckets and a role", async (suite) => {
    await makeKeyAndBuckets(suite);
    await makeRole(suite, "data");
    await putFiles(suite.world);
  }),
  newKey,
  needed("a group and its datasets", makeDatasets),
  firstImport,
  { name: options.newRole.step, stage: 0, settles: ["newRole"], isNeeded: true, run: useNewRoles },
];

/** Makes everything else that needs no model; the other steps work on it. */
export const setUpSteps: readonly Step[] = [
  needed("a dataset of a group with a key", async (suite) => {
    const { fixture, world } = suite;
    const changes = { name: `${world.run}-locked`, datasetGroupArn: fixture.lockedGroup };
    fixture.lockedDataset = await makeDataset(suite, "Interactions", fixture.schema, changes);
    await waitUntilActive(world, "Dataset", fixture.lockedDataset);
  }),
  needed("items, and too few interactions, are imported", async (suite) => {
    const { items, lockedDataset } = suite.fixture;
    await Promise.all([
      runImport(suite, { name: "items", datasetArn: items }),
      runImport(suite, { name: "few", datasetArn: lockedDataset }),
    ]);
  }),
  { name: "a dataset is exported", stage: 0, isNeeded: true, run: makeExport },
  // They may take a day, and no other step needs their end: it is looked at last.
  { name: "data deletion jobs begin", stage: 0, run: beginDeletions },
  needed("a tracker", async (suite) => {
    const { trackingId, eventTrackerArn } = await operationOf(suite, "CreateEventTracker").send();
    Object.assign(suite.fixture, { trackingId, tracker: eventTrackerArn });
    await waitUntilActive(suite.world, "EventTracker", suite.fixture.tracker);
  }),
  needed("a filter", async (suite) => {
    suite.fixture.filter = await makeActive(suite, "Filter");
  }),
  needed("a metric attribution", async (suite) => {
    suite.fixture.attribution = await makeActive(suite, "MetricAttribution");
  }),
];

async function putFiles(world: World): Promise<void> {
  const day = Math.floor(world.now().getTime() / 1000) - 86_400;
  const views = writeViews(day);
  await world.put("interactions.csv", views, "locked");
  await world.put("interactions.csv", views);
  await world.put("few.csv", views.split("\n").slice(0, 10).join("\n"));
  await world.put("items.csv", writeCatalogue());
  await world.put("users.csv", ["USER_ID,HOME", ...Array.from({ length: 60 }, (_, i) => `user-${i},flat`)].join("\n"));
}

const makeDataset = (suite: Suite, datasetType: string, schemaArn: string, changes = {}) =>
  create(suite, "Dataset", { name: `${suite.world.run}-${datasetType}`, datasetType, schemaArn, ...changes });

async function makeDatasets(suite: Suite): Promise<void> {
  const { world, fixture } = suite;
  fixture.group = await makeActive(suite, "DatasetGroup");
  const schema = (type: string, fields: Parameters<typeof writeSchema>[1]) =>
    create(suite, "Schema", { name: `${world.run}-${type}`, schema: writeSchema(type, fields) });
  fixture.schema = await schema("Interactions", interactionFields);
  fixture.interactions = await makeDataset(suite, "Interactions", fixture.schema);
  fixture.items = await makeDataset(suite, "Items", await schema("Items", itemFields));
  fixture.users = await makeDataset(suite, "Users", await schema("Users", userFields));
  const { interactions, items, users } = fixture;
  await Promise.all([interactions, items, users].map((arn) => waitUntilActive(world, "Dataset", arn)));
}

/** Makes a group with a key, and an import, with roles that were created a moment ago. */
async function useNewRoles(suite: Suite) {
  const { world, fixture } = suite;
  await makeRole(suite, "group");
  await makeRole(suite, "weak");
  const users = { datasetArn: fixture.users, file: "users.csv", roleArn: world.weakRoleArn };
  const importUsers = async (again: string) => (await runImport(suite, { name: `users${again}`, ...users })).status;
  const makeGroup = async () => {
    const { status, arn } = await makeLockedGroup(suite, "new", world.groupRoleArn);
    if (arn !== undefined) await deleteGroup(world, arn);
    return status;
  };
  const attempts = await Promise.all([repeatUntilActive(world, makeGroup), repeatUntilActive(world, importUsers)]);
  return { newRole: attempts.every((states) => states.length === 1) ? "works" : "fails at first" };
}

/**
 * Makes something until it is ACTIVE, eight times at most, also when it is refused because of its
 * role. Returns the states in which the attempts ended.
 */
async function repeatUntilActive(world: World, make: (again: string) => Promise<string>): Promise<string[]> {
  const states: string[] = [];
  await world.until(async () => {
    states.push(await make(states.length === 0 ? "" : `-${states.length}`).catch(nameRefusal));
    const isActive = states.at(-1) === "ACTIVE";
    if (!isActive && states.length === 8) throw new Error(`All attempts failed: ${states.join(", ")}.`);
    return isActive;
  });
  return states;
}

function nameRefusal(error: unknown): string {
  const isAboutRole = error instanceof Error && /^(InvalidInput|AccessDenied)Exception$/.test(error.name);
  // What the caller may not do stays so.
  if (!isAboutRole || /perform: (personalize|iam):/.test(error.message)) throw error;
  return `${error.name} (${error.message})`;
}

/** Exports everything. Returns the keys of the files. */
async function makeExport(suite: Suite) {
  const { fixture, world } = suite;
  fixture.exportJob = await makeActive(suite, "DatasetExportJob");
  const { Contents = [] } = await world.s3.listObjectsV2({ Bucket: `${world.run}-files`, Prefix: "out/" });
  return { keys: Contents.map(({ Key }) => Key) };
}

async function beginDeletions(suite: Suite): Promise<undefined> {
  const { world, fixture } = suite;
  await world.put("forget.csv", "USER_ID\nuser-59");
  fixture.deletionJob = await create(suite, "DataDeletionJob");
  // The object itself is not encrypted with the key: the guide says that such an object cannot be
  // read.
  const file = { Bucket: `${world.run}-locked`, Key: "forget.csv", Body: Buffer.from("USER_ID\nuser-58") };
  await world.s3.putObject({ ...file, ServerSideEncryption: "AES256" });
  const dataSource = { dataLocation: `${world.lockedPlace}forget.csv` };
  fixture.lockedDeletionJob = await create(suite, "DataDeletionJob", { jobName: `${world.run}-locked`, dataSource });
}
