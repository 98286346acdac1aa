import type { DeployedStack } from "../../stack/find-stack";
import { readArchive } from "../stored/archive-file";
import type { CopySeal } from "../stored/copy-seal";
import { listArchive } from "../stored/list-archive";
import { readObject } from "../stored/objects";
import type { TimeRange } from "../stored/time-range";
import type { ReplayGroup } from "./replay-group";

/** The tag of an archive object whose records were sent; its value is the time. */
const replayedTag = "replayed";

/** Yields the archive's objects with records of the range that no replay sent before. Without a seal there are no copies. */
export async function* readArchived(
  stack: DeployedStack,
  range: TimeRange,
  seal: CopySeal | undefined,
): AsyncGenerator<ReplayGroup> {
  for await (const object of listArchive(stack, range)) {
    const target = { Bucket: object.bucket, Key: object.key };
    const { TagSet = [] } = await stack.call("s3", "GetObjectTagging", target);
    if (TagSet.some(({ Key }) => Key === replayedTag)) continue;
    const all = [...readArchive(object, await readObject(stack, object))];
    const records = all.filter(({ event }) => !seal?.isCopy(event));
    yield {
      objects: 1,
      records,
      copies: all.length - records.length,
      async settle({ failed }) {
        // Refused records stay in the quarantine, from where they can be sent.
        if (failed.size > 0) return;
        const Tagging = { TagSet: [{ Key: replayedTag, Value: stack.now.toISOString() }] };
        await stack.call("s3", "PutObjectTagging", { ...target, Tagging });
      },
    };
  }
}
