/**
 * Returns true when a value is not known yet. In a preview it arrives as this text, whatever its
 * declared type (`unknownValue` of
 * @pulumi/pulumi/runtime/rpc, pulumi/pulumi#6310).
 */
export function isUnknown(value: unknown): boolean {
  return value === "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
}
