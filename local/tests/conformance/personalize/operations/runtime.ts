import { type Operations, type Suite, testArn } from "../operation.ts";

/** The service `personalize-runtime`. */
export function runtimeOperations({ world, fixture }: Suite): Operations {
  const { runtime } = world;
  const { campaign, ranking } = fixture;
  return {
    GetRecommendations: {
      send: (c) => runtime.getRecommendations({ campaignArn: campaign, userId: "user-1", ...c }),
      // Not by a wrong ARN: which error breaks the model is an open question.
      errors: { ...testArn("campaignArn", campaign), InvalidInputException: { numResults: 501 } },
    },
    GetPersonalizedRanking: {
      send: (c) =>
        runtime.getPersonalizedRanking({
          campaignArn: ranking.campaign,
          userId: "user-1",
          inputList: ["cat-1", "dog-1"],
          ...c,
        }),
      errors: {
        ...testArn("campaignArn", ranking.campaign),
        InvalidInputException: { inputList: Array.from({ length: 501 }, (_, i) => `cat-${i}`) },
      },
    },
  };
}
