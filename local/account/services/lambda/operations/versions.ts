import { page } from "../../../host/page";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidParameter } from "../faults";
import { describeVersion, summariseVersion } from "../state/describe-version";
import { type Functions, findFunction, orderOf } from "../state/function";
import { functionArn } from "../state/function-name";
import { requireIdle, requireRevision } from "../state/preconditions";
import type { Publisher } from "../state/publish";

/** Publishes numbered versions and lists them. */
export function versionHandlers(functions: Functions, publisher: Publisher) {
  return {
    PublishVersion(input, call) {
      const fn = findFunction(functions, call, input);
      const { unpublished } = fn;
      requireIdle(unpublished);
      requireRevision(unpublished, input.RevisionId);
      const { sha256 } = unpublished.latest.code;
      if (input.CodeSha256 !== undefined && input.CodeSha256 !== sha256) {
        // Recorded on AWS: localstack's snapshot test_publish_with_wrong_sha256.
        throw invalidParameter(
          `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). ` +
            "Please try again with the CodeSHA256 in $LATEST.",
        );
      }
      const version = publisher.publish(fn, input.Description);
      return describeVersion(version, functionArn(fn, fn.name, version.version));
    },

    ListVersionsByFunction(input, call) {
      const fn = findFunction(functions, call, input);
      const { items, next } = page([fn.unpublished, ...fn.published.values()], orderOf, {
        token: input.Marker,
        limit: input.MaxItems ?? 50,
      });
      return {
        Versions: items.map((version) => summariseVersion(version, functionArn(fn, fn.name, version.version))),
        ...(next && { NextMarker: next }),
      };
    },
  } satisfies Handlers<Clients["lambda"]>;
}
