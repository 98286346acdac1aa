/**
 * Returns the kind of a resource, such as `s3/Bucket`: the same for all versions of a type
 * (`aws:s3/bucket:Bucket`, `aws:s3/bucketV2:BucketV2`). A type of another provider is its own kind.
 */
export function kindOf(type: string): string {
  const [, service, name] = /^aws:(\w+)(?:\/\w+)?:(\w+?)(?:[vV]\d+)?$/.exec(type) ?? [];
  return name === undefined ? type : `${service}/${name}`;
}
