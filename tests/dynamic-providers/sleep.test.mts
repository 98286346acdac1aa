// What an `up` does with a campaign that is to be asleep or awake, by what the state has, what the
// service has, and what the account recorded as serving.
import { expect, test } from "vitest";
import { campaignKind, planCampaignArn } from "../../dynamic-providers/campaign.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { chooseStep } from "../../dynamic-providers/resource/sleep.ts";
import { arns, common, createNotFound, describeTags, ownerTags, scriptService } from "./scripted.mts";

test.each([
  [undefined, undefined, "stay awake"],
  [false, undefined, "stay awake"],
  [undefined, true, "fall asleep"],
  [true, true, "stay asleep"],
  [true, undefined, "wake"],
  [true, false, "wake"],
])("asleep %s in the state and %s in the program: %s", (olds, news, step) => {
  const toInputs = (asleep: boolean | undefined) => (asleep === undefined ? {} : { asleep });
  expect(chooseStep(toInputs(olds), toInputs(news))).toBe(step);
});

const inputs = { ...common, solutionVersionArn: `${arns.solution}/first`, minProvisionedTPS: 1 };
const arn = planCampaignArn(inputs.name, arns.solution);
const physicalName = arn.split("/")[1] ?? "";
const state = { ...inputs, solutionVersionArn: `${arns.solution}/stored`, arn, physicalName };

/** A service whose campaign has this status, or that has none. */
function serve(status: string | undefined, tags: Record<string, string> = ownerTags) {
  const campaign = (more: object) => ({ name: physicalName, campaignArn: arn, minProvisionedTPS: 1, ...more });
  let there: object | undefined =
    status === undefined ? undefined : campaign({ status, solutionVersionArn: `${arns.solution}/served` });
  return scriptService({
    listCampaigns: [() => ({ campaigns: there ? [there] : [] })],
    describeCampaign: [
      () => {
        if (!there) throw createNotFound();
        const answer = { campaign: { ...there } };
        const { status: shown } = answer.campaign as { status?: string };
        if (shown === "DELETE IN_PROGRESS") there = undefined;
        if (shown === "CREATE IN_PROGRESS") there = { ...there, status: "ACTIVE" };
        return answer;
      },
    ],
    deleteCampaign: [
      () => {
        there = undefined;
        return {};
      },
    ],
    createCampaign: [
      (input: object) => {
        there = campaign({ ...input, status: "CREATE IN_PROGRESS" });
        return { campaignArn: arn };
      },
    ],
    listTagsForResource: [describeTags(tags)],
  });
}

const endOf = (versionArn: unknown) => String(versionArn).split("/").at(-1);

/** The calls that change something, and the version that the state has afterwards. */
async function change(stored: object | undefined, wanted: object, service: ReturnType<typeof serve>) {
  const provider = createProvider(campaignKind, service.open);
  const news = { ...inputs, ...wanted };
  const { outs } = stored
    ? await provider.update(arn, { ...state, ...stored }, news)
    : await provider.create(news).then(({ id, outs }) => ({ outs: { ...outs, arn: id } }));
  expect(outs.arn).toBe(arn);
  expect({ ...outs, asleep: outs.asleep ?? false }).toMatchObject({ asleep: false, ...wanted });
  const created = service.inputs("createCampaign").map((input) => ` with ${endOf(input.solutionVersionArn)}`);
  const calls = service.operations().filter((operation) => /^(create|delete)/.test(operation));
  return [
    calls.map((call) => (call === "createCampaign" ? `create${created[0]}` : "delete")).join(", "),
    outs,
  ] as const;
}

const none = undefined;
const awake = {};
const asleep = { asleep: true };
const recorded = { servingVersionArn: `${arns.solution}/recorded` };
const faster = { minProvisionedTPS: 2 };

test.each<
  [what: string, stored: object | undefined, wanted: object, status: string | undefined, calls: string, kept: string]
>([
  ["new and asleep", none, { ...asleep, ...recorded }, undefined, "", "recorded"],
  ["new and asleep, nothing recorded", none, asleep, undefined, "", "first"],
  ["new and asleep, left serving", none, { ...asleep, ...recorded }, "ACTIVE", "delete", "served"],
  ["new and asleep, left creating", none, { ...asleep, ...recorded }, "CREATE IN_PROGRESS", "delete", "recorded"],
  ["new and asleep, left deleting", none, { ...asleep, ...recorded }, "DELETE IN_PROGRESS", "", "recorded"],
  ["new and awake", none, recorded, undefined, "create with recorded", "recorded"],
  ["new and awake, nothing recorded", none, awake, undefined, "create with first", "first"],
  ["falls asleep, serving", awake, { ...asleep, ...recorded }, "ACTIVE", "delete", "served"],
  ["falls asleep, gone", awake, { ...asleep, ...recorded }, undefined, "", "recorded"],
  ["falls asleep, gone, nothing recorded", awake, asleep, undefined, "", "stored"],
  ["falls asleep, deleting", awake, { ...asleep, ...recorded }, "DELETE IN_PROGRESS", "", "recorded"],
  [
    "falls asleep, not serving yet",
    { unfinished: true },
    { ...asleep, ...recorded },
    "CREATE IN_PROGRESS",
    "delete",
    "recorded",
  ],
  ["falls asleep, failed", { unfinished: true }, { ...asleep, ...recorded }, "CREATE FAILED", "delete", "recorded"],
  ["sleeps on", asleep, { ...asleep, ...recorded, ...faster }, undefined, "", "recorded"],
  ["sleeps on, nothing recorded", asleep, { ...asleep, ...faster }, undefined, "", "stored"],
  ["wakes", asleep, recorded, undefined, "create with recorded", "recorded"],
  ["wakes, nothing recorded", asleep, awake, undefined, "create with stored", "stored"],
  [
    "wakes, nothing recorded now, but before",
    { ...asleep, ...recorded },
    awake,
    undefined,
    "create with stored",
    "stored",
  ],
  ["wakes, left serving", asleep, recorded, "ACTIVE", "", "served"],
  ["wakes, left creating", asleep, recorded, "CREATE IN_PROGRESS", "", "served"],
  ["wakes, left deleting", asleep, recorded, "DELETE IN_PROGRESS", "create with recorded", "recorded"],
  ["wakes, failed", asleep, recorded, "CREATE FAILED", "delete, create with recorded", "recorded"],
  ["awake, failed", { unfinished: true }, recorded, "CREATE FAILED", "delete, create with recorded", "recorded"],
])("%s", async (_what, stored, wanted, status, calls, kept) => {
  const [called, outs] = await change(stored, wanted, serve(status));
  expect([called, endOf(outs.solutionVersionArn)]).toEqual([calls, kept]);
});

test("a new one that is asleep deletes no campaign of another owner", async () => {
  const service = serve("ACTIVE", {});
  await expect(change(none, asleep, service)).rejects.toThrow("does not belong to this stack");
  expect(service.inputs("deleteCampaign")).toEqual([]);
});

test("a refresh of one that is asleep finds no difference, and one that exists all the same is no longer asleep", async () => {
  const sleeping = { ...state, asleep: true };
  const read = (status: string | undefined) => createProvider(campaignKind, serve(status).open).read(arn, sleeping);
  const { arn: _, physicalName: __, ...given } = sleeping;
  const unchanged = { id: arn, props: sleeping, inputs: given };
  expect(await read(undefined)).toEqual(unchanged);
  expect(await read("DELETE IN_PROGRESS")).toEqual(unchanged);
  expect((await read("ACTIVE")).inputs).toMatchObject({ asleep: false });
});
