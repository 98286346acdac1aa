import { waitUntilActive, waitUntilDeleted } from "../fixture";
import type { Suite } from "../operation";
import { create, operationOf } from "../operations";
import type { Step } from "./step";

/** The error that a request gets, or that it was answered. */
export const nameAnswer = (sent: Promise<object>): Promise<string> =>
  sent.then(
    () => "answered",
    ({ name }: Error) => name,
  );

/** Asks the campaign for a user's items. */
export const askCampaign = ({ world }: Suite, campaignArn: string, more: object = {}): Promise<string> =>
  nameAnswer(world.call("GetRecommendations", { campaignArn, userId: "user-1", ...more }));

/** IF is allowed "only once at the end of an expression": of the whole, or of each alternative? */
export const conditionalFilter: Step = {
  name: "a filter has an alternative with a condition on the user",
  stage: 0,
  async run({ fixture, making }) {
    const filterExpression =
      'EXCLUDE ItemID WHERE Items.SPECIES IN ("bird") | ' +
      'EXCLUDE ItemID WHERE Items.SPECIES IN ("cat") IF CurrentUser.HOME = "flat"';
    const made = making.active("Filter", { datasetGroupArn: fixture.group, filterExpression });
    return { conditionalFilter: await nameAnswer(made.then((arn) => ({ arn }))) };
  },
};

/** The guide gives 50 items for answers with columns in one place, and no number in others. */
export const manyWithColumns: Step = {
  name: "500 items are asked with columns",
  stage: 1,
  async run(suite) {
    const metadataColumns = { ITEMS: ["SPECIES"] };
    const request = { numResults: 500, metadataColumns };
    return { manyWithColumns: await askCampaign(suite, suite.fixture.campaign, request) };
  },
};

/** Deletes the campaign, which is a success of DeleteCampaign too, and takes its name again. */
export const endOfCampaign: Step = {
  name: "a campaign is asked while it is deleted, and after it",
  stage: 1,
  async run(suite) {
    const { campaign } = suite.fixture;
    await operationOf(suite, "DeleteCampaign").send({ campaignArn: campaign });
    const whileDeleted = await askCampaign(suite, campaign);
    await waitUntilDeleted(suite.world, "Campaign", campaign);
    const afterDeletion = await askCampaign(suite, campaign);
    return { whileDeleted, afterDeletion, sameName: await createAgain(suite, campaign) };
  },
};

/** A stack at rest keeps the ARN of a deleted campaign, whose name it takes again when it wakes. */
async function createAgain(suite: Suite, deleted: string): Promise<string> {
  const name = deleted.split("/").at(-1);
  const made = create(suite, "Campaign", { name, solutionVersionArn: suite.fixture.version });
  const refused = await nameAnswer(made.then((arn) => ({ arn })));
  if (refused !== "answered") return refused;
  const campaignArn = await made;
  await waitUntilActive(suite.world, "Campaign", campaignArn);
  await operationOf(suite, "DeleteCampaign").send({ campaignArn });
  await waitUntilDeleted(suite.world, "Campaign", campaignArn);
  return campaignArn === deleted ? "the same ARN" : "another ARN";
}
