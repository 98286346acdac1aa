import { fill } from "../making.ts";
import {
  type Operations,
  type Send,
  type Suite,
  testArn,
  testCreate,
  testDelete,
  testDescribe,
  testList,
} from "../operation.ts";

/** A configuration that is not the default. */
export const campaignConfig = { itemExplorationConfig: { explorationWeight: "0.4" } };

export function campaignOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const { version, campaign } = fixture;
  const send: Send = (c) =>
    p.createCampaign({ name: `${run}-personal`, solutionVersionArn: version, minProvisionedTPS: 1, ...c });
  const create = testCreate(making, send, { name: "name", parent: "solutionVersionArn", arn: version });
  const young = async () => {
    const name = making.fresh();
    const { campaignArn } = await p.createCampaign({ name, solutionVersionArn: version, minProvisionedTPS: 1 });
    return { campaignArn };
  };
  return {
    CreateCampaign: {
      ...create,
      errors: {
        ...create.errors,
        ResourceInUseException: async () => ({
          name: making.fresh(),
          solutionVersionArn: await making.youngVersion(),
        }),
      },
      quota: {
        of: "5 campaigns of a group",
        async fill() {
          await fill(5, 2, young);
          return { name: making.fresh() };
        },
      },
    },
    DescribeCampaign: testDescribe((c) => p.describeCampaign({ campaignArn: campaign, ...c }), "campaignArn", campaign),
    ListCampaigns: testList((c) => p.listCampaigns({ ...c })),
    UpdateCampaign: {
      // With the configuration that it has: the effect of leaving it out is an open question.
      send: (c) => p.updateCampaign({ campaignArn: campaign, minProvisionedTPS: 1, campaignConfig, ...c }),
      errors: { ...testArn("campaignArn", campaign), ResourceInUseException: young },
    },
    DeleteCampaign: testDelete(
      (c) => p.deleteCampaign({ campaignArn: campaign, ...c }),
      "campaignArn",
      campaign,
      young,
    ),
  };
}
