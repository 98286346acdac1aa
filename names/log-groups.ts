/** The log groups of what a stack runs, by physical names. */
export const logGroups = {
  /** The services' own rule for functions. */
  ofFunction: (name: string) => `/aws/lambda/${name}`,
  ofStateMachine: (name: string) => `/aws/vendedlogs/states/${name}`,
  ofDelivery: (name: string) => `/aws/kinesisfirehose/${name}`,
};
