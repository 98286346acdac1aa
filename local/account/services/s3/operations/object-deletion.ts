import type { DeletedObject, _Error as DeletionError, ObjectIdentifier } from "@aws-sdk/client-s3";
import { objectArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { malformedXml, refuse } from "../faults";
import { checkWrite } from "../request/conditions";
import type { Bucket, Buckets } from "../state/bucket";
import { checkVersionId } from "../state/version-id";
import { addDeleteMarker, findCurrent, removeVersion } from "../state/versions";
import { createDeleteMarker } from "../state/write";

/** Members of buckets with object lock, and of directory buckets. */
const unsupportedOnDelete = ["BypassGovernanceRetention", "IfMatchLastModifiedTime", "IfMatchSize", "MFA"];

/** Deletes objects and versions. */
export function objectDeletionHandlers(host: Host, buckets: Buckets) {
  return {
    DeleteObject(input, call) {
      refuse("DeleteObject", input, unsupportedOnDelete);
      const bucket = buckets.of(call, input);
      const { Key: key = "", VersionId: id, IfMatch } = input;
      if (IfMatch !== undefined) checkWrite({ IfMatch }, key, findCurrent(bucket, key));
      return deleteOne(host, bucket, key, id);
    },

    DeleteObjects(input, call) {
      refuse("DeleteObjects", input, unsupportedOnDelete);
      const bucket = buckets.of(call, input);
      const { Objects = [], Quiet } = input.Delete ?? {};
      if (Objects.length === 0 || Objects.length > 1000) throw malformedXml();
      const { deleted, errors } = deleteEach(host, call, bucket, Objects);
      return { ...(Quiet ? {} : { Deleted: deleted }), Errors: errors };
    },
  } satisfies Handlers<Clients["s3"]>;
}

export const deleteAction = (versionId: string | undefined) =>
  versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";

function deleteEach(host: Host, call: Caller, bucket: Bucket, objects: readonly ObjectIdentifier[]) {
  const deleted: DeletedObject[] = [];
  const errors: DeletionError[] = [];
  for (const object of objects) {
    refuse("DeleteObjects", object, ["ETag", "LastModifiedTime", "Size"]);
    const { Key = "", VersionId } = object;
    const named = { Key, ...(VersionId === undefined ? {} : { VersionId }) };
    try {
      // Each key is authorised separately: the others are deleted when one is denied.
      host.authorise(call, { action: deleteAction(VersionId), resource: objectArn(bucket.name, Key) });
      const done = deleteOne(host, bucket, Key, VersionId);
      deleted.push({
        ...named,
        ...(done.DeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId } : {}),
      });
    } catch (error) {
      if (!(error instanceof Fault) || error.status === 501) throw error;
      errors.push({ ...named, ...describeError(error) });
    }
  }
  return { deleted, errors };
}

/**
 * In a list, a version id that S3 never issued belongs to no version (recorded); alone it is an
 * invalid argument.
 */
const describeError = ({ code, message, members }: Fault) =>
  code === "InvalidArgument" && members.ArgumentName === "versionId"
    ? { Code: "NoSuchVersion", Message: "The specified version does not exist." }
    : { Code: code, Message: message };

function deleteOne(
  host: Host,
  bucket: Bucket,
  key: string,
  id: string | undefined,
): { VersionId?: string; DeleteMarker?: boolean } {
  for (const upload of bucket.uploads.values()) if (upload.key === key) upload.keyDeleted = true;
  if (id !== undefined) {
    const removed = removeVersion(bucket, key, id);
    // A version may be deleted twice.
    if (!removed) checkVersionId(id);
    return { VersionId: id, ...(removed?.deleteMarker ? { DeleteMarker: true } : {}) };
  }
  const made = addDeleteMarker(bucket, key, () => createDeleteMarker(host, bucket, key));
  return made ? { DeleteMarker: true, VersionId: made.id } : {};
}
