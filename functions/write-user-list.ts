import { readEnvironment } from "./support/environment";
import { lazily } from "./support/lazily";
import { log } from "./support/telemetry";

export interface WriteUserListInput {
  /** Key prefix of a run's files: the export is below `export/` in it. */
  folder: string;
}

/**
 * Writes the users of an exported Interactions dataset as the input of a batch inference: a JSON object per line, in
 * `users.json`. Events without a user have none to write to.
 */
export function writeUserListFactory() {
  const { BUCKET } = readEnvironment("write-user-list", ["BUCKET"]);
  const s3 = lazily(async () => {
    const sdk = await import("@aws-sdk/client-s3");
    return { sdk, client: new sdk.S3Client({}) };
  });

  const listFiles = async (prefix: string): Promise<string[]> => {
    const { sdk, client } = await s3();
    const keys: string[] = [];
    for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: BUCKET, Prefix: prefix })) {
      for (const { Key = "" } of page.Contents ?? []) if (Key.endsWith(".csv")) keys.push(Key);
    }
    return keys;
  };

  /** Reads a file row by row: only the users are kept. */
  const addUsers = async (key: string, users: Set<string>): Promise<void> => {
    const { sdk, client } = await s3();
    // Not destructured: the bundle keeps the exports whose names are after a dot.
    const [csv, stream] = await Promise.all([import("csv-parse"), import("node:stream")]);
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: BUCKET, Key: key }));
    if (!Body) throw new Error(`write-user-list: s3://${BUCKET}/${key} has no content.`);
    const rows = csv.parse({ bom: true });
    // An error of the download ends the loop below, which throws it.
    stream.pipeline(Body as unknown as NodeJS.ReadableStream, rows, () => undefined);
    let place: number | undefined;
    for await (const row of rows as AsyncIterable<string[]>) {
      if (place === undefined) {
        place = row.findIndex((name) => name.toUpperCase() === "USER_ID");
        if (place < 0) throw new Error(`write-user-list: s3://${BUCKET}/${key} has no column USER_ID.`);
        continue;
      }
      const user = row[place];
      if (user) users.add(user);
    }
  };

  return async ({ folder }: WriteUserListInput): Promise<{ users: number }> => {
    const users = new Set<string>();
    for (const key of await listFiles(`${folder}export/`)) await addUsers(key, users);
    if (users.size === 0) throw new Error(`write-user-list: no user in s3://${BUCKET}/${folder}export/.`);
    const { sdk, client } = await s3();
    const Body = [...users].map((userId) => `${JSON.stringify({ userId })}\n`).join("");
    await client.send(
      new sdk.PutObjectCommand({ Bucket: BUCKET, Key: `${folder}users.json`, Body, ContentType: "application/json" }),
    );
    log("info", "list of users written", { users: users.size });
    return { users: users.size };
  };
}
