import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { unzipSync, zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { zipOf } from "../../../pulumi/provider/archive.ts";
import { archiveSignature, assetSignature, signatureKey } from "../../../pulumi/provider/values.ts";

const folder = mkdtempSync(join(tmpdir(), "archive-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("creates the same zip from the SDK's objects and from the engine's wire objects", async () => {
  const objects = new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = 1") });
  const wire = {
    [signatureKey]: archiveSignature,
    assets: { "index.js": { [signatureKey]: assetSignature, text: "exports.handler = 1" } },
  };
  const zip = await zipOf(objects);
  expect(Buffer.from(zip)).toEqual(Buffer.from(await zipOf(wire)));
  expect(Buffer.from(unzipSync(zip)["index.js"] ?? []).toString()).toBe("exports.handler = 1");
});

/** A zip as other tools write it, with an entry for its folder. */
const packed = zipSync({ "lib/": new Uint8Array(), "lib/index.js": Buffer.from("exports.handler = 2") });

test("passes on the bytes of an archive that is a zip file", async () => {
  const path = join(folder, "code.zip");
  writeFileSync(path, packed);
  expect(Buffer.from(await zipOf(new pulumi.asset.FileArchive(path)))).toEqual(Buffer.from(packed));
});

test("takes the files of a zip into the archive around it", async () => {
  const path = join(folder, "layer.jar");
  writeFileSync(path, packed);
  const archive = new pulumi.asset.AssetArchive({ layer: new pulumi.asset.FileArchive(path) });
  expect(Object.keys(unzipSync(await zipOf(archive)))).toEqual(["layer/lib/index.js"]);
});

test("names an archive that is no folder and no zip", async () => {
  const path = join(folder, "code.tar.gz");
  writeFileSync(path, "");
  await expect(zipOf(new pulumi.asset.FileArchive(path))).rejects.toThrow(
    `The archive ${path} is no folder, .zip or .jar`,
  );
});
