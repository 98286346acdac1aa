import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Host } from "../../../host/service";
import type { FunctionVersion, LambdaFunction, Revision } from "./function";
import { transition } from "./transition";

export interface Publisher {
  /** A version that is Pending for a moment, then Active. */
  createVersion(fn: LambdaFunction, version: string, revision: Revision): FunctionVersion;
  /** Publishes the latest revision, which is being deployed: the version is Pending for a moment. */
  publishNew(fn: LambdaFunction): FunctionVersion;
  /** Publishes the latest revision, which is deployed, or returns the last version if nothing has changed since. */
  publish(fn: LambdaFunction, description: string | undefined): FunctionVersion;
}

export function createPublisher(host: Host): Publisher {
  const { clock } = host;
  const activateAt = host.transition<FunctionVersion>("lambda: creation", (created) => {
    created.state = "Active";
    created.revisionId = randomUUID();
  });
  const addVersion = (fn: LambdaFunction, version: string, revision: Revision, state: FunctionVersion["state"]) => {
    const added: FunctionVersion = {
      fn,
      version,
      latest: revision,
      live: revision,
      state,
      lastUpdate: "Successful",
      lastModified: clock.now(),
      revisionId: randomUUID(),
      source: revision,
    };
    return added;
  };

  const createVersion: Publisher["createVersion"] = (fn, version, revision) => {
    const created = addVersion(fn, version, revision, "Pending");
    activateAt(clock.now() + transition, `lambda: ${fn.name} ${version} becomes Active`, created);
    return created;
  };

  const nextNumber = (fn: LambdaFunction) => String(++fn.lastNumber);
  const keep = (fn: LambdaFunction, version: FunctionVersion) => {
    fn.published.set(version.version, version);
    return version;
  };

  return {
    createVersion,
    publishNew(fn) {
      const version = createVersion(fn, nextNumber(fn), fn.unpublished.latest);
      return keep(fn, version);
    },
    publish(fn, description) {
      const { latest } = fn.unpublished;
      const last = [...fn.published.values()].at(-1);
      if (last?.source && isUnchanged(last.source, latest)) return last;
      const settings = description === undefined ? latest.settings : { ...latest.settings, description };
      // Recorded on AWS: localstack's snapshot test_function_revisions_version_and_alias.
      fn.unpublished.revisionId = randomUUID();
      return keep(fn, { ...addVersion(fn, nextNumber(fn), { ...latest, settings }, "Active"), source: latest });
    },
  };
}

/**
 * "Lambda doesn't publish a version if the function's configuration and code haven't changed since the last version"
 * (API reference, "PublishVersion").
 */
const isUnchanged = (published: Revision, latest: Revision) =>
  published.code.sha256 === latest.code.sha256 && isDeepStrictEqual(published.settings, latest.settings);
