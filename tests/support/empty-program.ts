// A program without resources: deploying it deletes those of an earlier one.
export {};
