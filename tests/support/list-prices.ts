/** AWS's list prices of us-east-1, for campaigns and trainings. */
export const listPrices = {
  currency: "USD",
  campaignTpsHour: 0.2,
  requestThousand: 0.15,
  trainingHour: 0.24,
  hoursPerTraining: 2,
  trainingMillionInteractions: 2,
  millionInteractions: 0.5,
};
