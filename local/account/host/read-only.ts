/**
 * The names of operations that only read (User Guide of the Scheduler, "Using universal targets",
 * unsupported actions).
 */
const readOnly =
  /^(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|retrieve)/;

/**
 * Recognises an operation that only reads by its name in the SDK or in the ARN of a universal
 * target.
 */
export const isReadOnly = (operation: string): boolean =>
  readOnly.test(operation.charAt(0).toLowerCase() + operation.slice(1));
