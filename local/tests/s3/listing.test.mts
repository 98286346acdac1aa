import { type ListObjectVersionsCommandOutput, S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noteChange, sortedKeys } from "../../account/services/s3/state/key-index.ts";
import { listKeys } from "../../account/services/s3/state/list-keys.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const Bucket = "listing";
const account = await openAccount();
const s3 = new S3(sdk(account));
await s3.createBucket({ Bucket });
await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
for (const Key of ["year=2026/a.gz", "year=2026/b.gz", "year=2025/c.gz", "top.txt", "with space & <more>.txt"]) {
  await s3.putObject({ Bucket, Key, Body: Key });
}
await s3.putObject({ Bucket, Key: "gone", Body: "1" });
await s3.deleteObject({ Bucket, Key: "gone" });

test("keys come in order, without those behind a delete marker", async () => {
  const { Contents, KeyCount, IsTruncated } = await s3.listObjectsV2({ Bucket });
  expect(Contents?.map(({ Key }) => Key)).toEqual([
    "top.txt",
    "with space & <more>.txt",
    "year=2025/c.gz",
    "year=2026/a.gz",
    "year=2026/b.gz",
  ]);
  expect([KeyCount, IsTruncated]).toEqual([5, false]);
  expect(Contents?.[0]).toMatchObject({ Size: 7, StorageClass: "STANDARD" });
});

test("ListObjects continues after a marker", async () => {
  const first = await s3.listObjects({ Bucket, MaxKeys: 2, Delimiter: "/" });
  expect(first.NextMarker).toBe("with space & <more>.txt");
  const second = await s3.listObjects({ Bucket, Delimiter: "/", Marker: first.NextMarker });
  expect(second.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["year=2025/", "year=2026/"]);
});

test("a marker inside a common prefix does not return the prefix again", async () => {
  // localstack/localstack, test_s3_list_operations: test_list_objects_marker_common_prefixes
  const input = { Bucket, Prefix: "year", Delimiter: "/", Marker: "year=2025/c" };
  const { Contents, CommonPrefixes } = await s3.listObjects(input);
  expect(Contents ?? []).toEqual([]);
  expect(CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["year=2026/"]);
});

test("an encoding is applied to keys and prefixes", async () => {
  const { Contents } = await s3.listObjectsV2({ Bucket, EncodingType: "url", Prefix: "with" });
  expect(Contents?.[0]?.Key).toBe("with%20space%20%26%20%3Cmore%3E.txt");
});

test("versions and markers are listed in pages that may end within a key", async () => {
  for (const Body of ["2", "3"]) await s3.putObject({ Bucket, Key: "gone", Body });
  const seen: string[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (marker) {
    const page: ListObjectVersionsCommandOutput = await s3.listObjectVersions({
      Bucket,
      MaxKeys: 1,
      Prefix: "gone",
      ...marker,
    });
    const { Versions = [], DeleteMarkers = [] } = page;
    seen.push(...Versions.map(() => "version"), ...DeleteMarkers.map(() => "marker"));
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  expect(seen).toEqual(["version", "version", "marker", "version"]);
});

const key = fc.string({ unit: fc.constantFrom("a", "b", "/", "é", "\uffff", "😀"), minLength: 1, maxLength: 5 });
/** S3 orders by UTF-8 bytes. */
const inOrder = (keys: Iterable<string>) => [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

test("pages of any size together are the whole list, each key and prefix once", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 30 }),
      fc.constantFrom("", "a", "a/"),
      fc.constantFrom("", "/"),
      fc.integer({ min: 1, max: 5 }),
      (given, prefix, delimiter, limit) => {
        const keys = inOrder(given);
        const list = (after: string, most: number) =>
          listKeys(keys, { prefix, delimiter, after, limit: most }, () => true);
        const whole = list("", 1000);
        const pages: { keys: string[]; prefixes: string[] } = { keys: [], prefixes: [] };
        for (let after: string | undefined = ""; after !== undefined; ) {
          const page = list(after, limit);
          expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(limit);
          pages.keys.push(...page.keys);
          pages.prefixes.push(...page.prefixes);
          after = page.last;
        }
        expect(pages).toEqual({ keys: whole.keys, prefixes: whole.prefixes });
        const rolled = keys.filter((k) => whole.prefixes.some((p) => k.startsWith(p)));
        const expected = keys.filter((k) => k.startsWith(prefix));
        expect(inOrder([...whole.keys, ...rolled])).toEqual(expected);
      },
    ),
  );
});

test("the order of keys stays right while keys come and go", () => {
  const step = fc.record({ key, isWrite: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const objects = new Map<string, unknown>();
      for (const { key: changed, isWrite } of steps) {
        if (isWrite) objects.set(changed, []);
        else objects.delete(changed);
        noteChange(objects);
        expect(sortedKeys(objects)).toEqual(inOrder(objects.keys()));
      }
    }),
  );
});
