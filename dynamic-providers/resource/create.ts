import { ifNotFound, isNamed, isRefusedByIam, toServiceError } from "../service/errors";
import { pollUntil } from "../service/poll";
import type { Session } from "../service/session";
import type { CommonInputs, Described, Kind } from "./kind";
import { requireOwn } from "./owner";
import { deleteAndWait, describeIfExists, phaseOf } from "./wait";

/**
 * The time for which a new role or policy may be unknown to a service: IAM spreads it within
 * seconds (IAM guide, "Changes that I make are not always immediately visible").
 */
const iamDelay = 120_000;

/**
 * The time for which a name is waited for that the service refuses as taken and does not list: AWS
 * documents neither when a name is free after a deletion, nor when a list shows a creation.
 */
const nameDelay = 120_000;

/** A resource of these inputs that the service is to have under this name. */
interface Wanted<I extends CommonInputs, S extends Described> {
  session: Session;
  kind: Kind<I, S>;
  inputs: I;
  name: string;
}

/**
 * Creates a resource, or resumes its creation, and does what follows with `finish`. A new role can
 * be refused by the call, or later: then the resource ends as CREATE FAILED with that reason. What
 * was requested in the first two minutes is then created once more.
 */
export async function createAndFinish<I extends CommonInputs, S extends Described, T>(
  wanted: Wanted<I, S>,
  finish: (arn: string, resumed: boolean) => Promise<T>,
): Promise<T> {
  const { session, kind } = wanted;
  const started = session.now();
  let failure: unknown;
  const finished = await pollUntil(session, async () => {
    const isEarly = session.now() < started + iamDelay;
    const { arn, resumed } = await findOrCreate(wanted);
    try {
      return { result: await finish(arn, resumed) };
    } catch (error) {
      if (!isEarly || !(await isFailedByIam(session, kind, arn))) throw error;
      failure = error;
      return undefined;
    }
  });
  if (!finished) throw failure;
  return finished.result;
}

async function isFailedByIam<S extends Described>(
  session: Session,
  kind: { describe(session: Session, arn: string): Promise<S> },
  arn: string,
): Promise<boolean> {
  const seen = await describeIfExists(session, kind, arn).catch(() => undefined);
  return seen !== undefined && phaseOf(seen) === "failed" && isRefusedByIam(seen.failureReason ?? "");
}

/**
 * Resumes what an interrupted run of this stack left, or starts the creation. Refuses a resource of
 * another owner.
 */
async function findOrCreate<I extends CommonInputs, S extends Described>(
  wanted: Wanted<I, S>,
): Promise<{ arn: string; resumed: boolean }> {
  const { session, kind, inputs, name } = wanted;
  let refusal: unknown;
  let refusedSince = Number.POSITIVE_INFINITY;
  const found = await pollUntil(session, async () => {
    // The list may not show a parent yet that was created a moment ago.
    const present = await kind.find(session, inputs, name).catch(ifNotFound(undefined));
    if (present && (await tryResume(wanted, present))) return { arn: present, resumed: true };
    try {
      return { arn: await createWhenPossible(wanted), resumed: false };
    } catch (error) {
      refusal = toServiceError(session.label, `Create${kind.kind} (${name}) was refused`, error);
      refusedSince = Math.min(refusedSince, session.now());
      const waits = isNamed(error, "ResourceAlreadyExistsException") && session.now() < refusedSince + nameDelay;
      if (!waits) throw refusal;
      return undefined;
    }
  });
  if (!found) throw refusal;
  return found;
}

/**
 * Deletes and creates again, under the same ARN, what failed. Throws when that is impossible or
 * there is nothing to update.
 */
export async function recreateIfFailed<I extends CommonInputs, S extends Described>(
  wanted: Wanted<I, S>,
  arn: string,
): Promise<void> {
  const { session, kind } = wanted;
  const seen = await describeIfExists(session, kind, arn);
  const phase = seen && phaseOf(seen);
  if (phase === "active" || phase === "pending") return;
  if (!phase || kind.generatedArn) {
    const reason = seen?.failureReason ? ` ${seen.failureReason}` : "";
    const remedy = "Run `pulumi refresh`, then `pulumi up` to create a new one.";
    throw new Error(`${session.label}: ${arn} is ${seen?.status ?? "deleted"}.${reason} ${remedy}`);
  }
  await deleteAndWait(session, kind, arn);
  await findOrCreate(wanted);
}

/**
 * Returns false when there is nothing to resume: it was deleted, or it failed, and then it is
 * deleted here.
 */
async function tryResume<I extends CommonInputs, S extends Described>(
  { session, kind, inputs }: Wanted<I, S>,
  arn: string,
): Promise<boolean> {
  const seen = await describeIfExists(session, kind, arn);
  if (!seen) return false;
  const phase = phaseOf(seen);
  // The service may refuse to list the tags of one that goes; whose it was does not matter.
  if (phase !== "deleting") await requireOwn(session, kind, inputs, { arn, seen });
  if (phase === "pending" || phase === "active") return true;
  await deleteAndWait(session, kind, arn);
  return false;
}

/**
 * Creates, and retries while waiting helps: until a busy parent is free; for half a minute until a
 * new parent is visible; for two minutes until IAM knows a new role or policy everywhere.
 * LimitExceededException means two things that only its text distinguishes: a rate or too many jobs
 * at once, where waiting helps, and a quota, where it does not.
 */
async function createWhenPossible<I extends CommonInputs, S extends Described>(wanted: Wanted<I, S>): Promise<string> {
  const { session, kind, inputs, name } = wanted;
  const started = session.now();
  let refusal: unknown;
  const arn = await pollUntil(session, async () => {
    try {
      return await kind.create(session, inputs, name);
    } catch (error) {
      const { name: code, message } = error as Error;
      const waiting =
        code === "ResourceInUseException" ||
        (code === "LimitExceededException" && /rate|throttl|too many requests|PENDING or IN_PROGRESS/i.test(message)) ||
        (session.now() < started + 30_000 && code === "ResourceNotFoundException") ||
        (session.now() < started + iamDelay && code === "InvalidInputException" && isRefusedByIam(message));
      if (!waiting) throw error;
      refusal = error;
      return undefined;
    }
  });
  if (!arn) throw refusal;
  return arn;
}
