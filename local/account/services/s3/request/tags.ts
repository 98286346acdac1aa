import { invalidArgument, malformedXml, s3Fault } from "../faults";

/** The number of tags that an object and a bucket can have. */
export const objectTagLimit = 10;
export const bucketTagLimit = 50;

/** Letters, spaces, numbers and a few signs (S3 user guide, "Tag restrictions"). */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Reads tags as a document has them. Refuses a tag without a key or value, and wrong characters,
 * lengths and numbers.
 */
export function readTags(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[],
  limit: number,
): Map<string, string> {
  const pairs = tags.map(({ Key, Value }): [string, string] => {
    if (Key === undefined || Value === undefined) throw malformedXml();
    return [Key, Value];
  });
  const read = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (read.has(key)) throw s3Fault("InvalidTag", "Cannot provide multiple Tags with the same key", { TagKey: key });
    if (key.toLowerCase().startsWith("aws:")) {
      throw s3Fault("InvalidTag", "Your TagKey cannot be prefixed with aws:", { TagKey: key });
    }
    if (key === "" || key.length > 128 || !allowed.test(key)) {
      throw s3Fault("InvalidTag", "The TagKey you have provided is invalid", { TagKey: key });
    }
    if (value.length > 256 || !allowed.test(value)) {
      throw s3Fault("InvalidTag", "The TagValue you have provided is invalid", { TagKey: key, TagValue: value });
    }
    read.set(key, value);
  }
  if (read.size > limit) throw s3Fault("BadRequest", `Tags cannot be greater than ${limit}`);
  return read;
}

/**
 * Tags in a header look like a query string; one that does not, or that names a key twice, is
 * refused as a whole.
 */
export function readTagHeader(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  const pairs = [...new URLSearchParams(text)];
  const wellFormed = pairs.every(([key, value]) => key !== "" && allowed.test(key) && allowed.test(value));
  if (!wellFormed || new Set(pairs.map(([key]) => key)).size < pairs.length) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      text,
    );
  }
  return readTags(
    pairs.map(([Key, Value]) => ({ Key, Value })),
    objectTagLimit,
  );
}
