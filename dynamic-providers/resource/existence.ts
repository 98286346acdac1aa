import { halfMade, ifGone, isNamed, refused } from "../service/errors";
import { pollUntil } from "../service/poll";
import type { Session } from "../service/session";
import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { tagsOf } from "./tags";

/** Where a resource stands in its life. Statuses are compared as whole texts; a schema has none and is usable at once. */
export function phase({ status = "ACTIVE" }: Described): "pending" | "active" | "leaving" | "failed" {
  if (status === "ACTIVE") return "active";
  if (["CREATE PENDING", "CREATE IN_PROGRESS", "CREATE STOPPING"].includes(status)) return "pending";
  return ["DELETE PENDING", "DELETE IN_PROGRESS"].includes(status) ? "leaving" : "failed";
}

/** What is there, or `undefined`. */
export async function observe<S extends Described>(
  session: Session,
  kind: { describe(session: Session, arn: string): Promise<S> },
  arn: string,
): Promise<S | undefined> {
  return kind.describe(session, arn).catch(ifGone(undefined));
}

/** Adopts what an interrupted run of this stack left, or starts the creation; refuses what belongs to another. */
export async function ensure<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  inputs: I,
  name: string,
): Promise<{ arn: string; adopted: boolean }> {
  // A parent made a moment ago may not be visible to the list yet.
  const present = await kind.find(session, inputs, name).catch(ifGone(undefined));
  if (present && (await isAdoptable(session, kind, inputs, present))) return { arn: present, adopted: true };
  try {
    return { arn: await made(session, kind, inputs, name), adopted: false };
  } catch (error) {
    const raced = isNamed(error, "ResourceAlreadyExistsException") && (await kind.find(session, inputs, name));
    if (raced && (await isAdoptable(session, kind, inputs, raced))) return { arn: raced, adopted: true };
    throw refused(session.who, `Create${kind.kind} (${name}) was refused`, error);
  }
}

/** Answers false when there is nothing, or nothing any longer, to adopt. */
async function isAdoptable<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  inputs: I,
  arn: string,
): Promise<boolean> {
  const seen = await observe(session, kind, arn);
  if (!seen) return false;
  const tags = kind.recognise ? {} : await tagsOf(session, arn);
  const strange = Object.entries(inputs.ownerTags ?? {})
    .filter(([key, value]) => tags[key] !== value)
    .map(([key]) => `${key} is ${tags[key] ?? "absent"}`);
  if (kind.recognise ? !kind.recognise(seen, inputs) : strange.length > 0) {
    const found = kind.recognise ? "other content" : strange.join(", ");
    throw new Error(
      `${session.who}: ${arn} exists and is not this stack's (${found}). Give the resource another \`name\`, ` +
        `delete the other, or take it over with the input \`importArn\`.`,
    );
  }
  if (["pending", "active"].includes(phase(seen))) return true;
  await removed(session, kind, arn);
  return false;
}

/**
 * Creates, with patience: a parent that is busy will be free again; a parent made a moment ago will be visible within half
 * a minute, and what IAM has not spread yet, a role or its policy, within two. LimitExceededException stands for two
 * things that only its text tells apart: a rate, or jobs running at once (waiting helps), and a quota (it does not).
 */
async function made<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  inputs: I,
  name: string,
): Promise<string> {
  const began = session.now();
  /** How services word a refusal by IAM; a code of its own for it is not documented. */
  const byIam = /not authorized|insufficient privileges|access denied|cannot be assumed|assume/i;
  let refusal: unknown;
  const arn = await pollUntil(session, async () => {
    try {
      return await kind.make(session, inputs, name);
    } catch (error) {
      const { name: code, message } = error as Error;
      const waiting =
        code === "ResourceInUseException" ||
        (code === "LimitExceededException" && /rate|throttl|too many requests|PENDING or IN_PROGRESS/i.test(message)) ||
        (session.now() < began + 30_000 && code === "ResourceNotFoundException") ||
        (session.now() < began + 120_000 && code === "InvalidInputException" && byIam.test(message));
      if (!waiting) throw error;
      refusal = error;
      return undefined;
    }
  });
  if (!arn) throw refusal;
  return arn;
}

/** Waits until the resource is ACTIVE. Whatever comes in between is reported with its ARN, so that nothing is lost. */
export async function settle<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Kind<I, S>,
  properties: I & CommonOutputs,
): Promise<S> {
  const { who } = session;
  const { arn } = properties;
  const began = session.now();
  const after = () => `after ${Math.round((session.now() - began) / 1000)} s (${arn})`;
  let status = "not visible";
  const done = await pollUntil(session, async () => {
    const seen = await observe(session, kind, arn);
    status = seen?.status ?? status;
    if (seen) return phase(seen) === "pending" ? undefined : seen;
    if (session.now() > began + 30_000)
      throw new Error(`${who}: gone ${after()}. Run \`pulumi refresh\`, then \`pulumi up\`.`);
    return undefined;
  }).catch((error) => {
    throw halfMade(properties, refused(who, `waiting for ${arn} was cut short`, error).message);
  });
  if (!done) {
    const rest = "Nothing is lost: `pulumi up` waits on; raise `timeoutSeconds` if this is usual.";
    throw halfMade(properties, `${who}: still ${status} ${after()}. ${rest}`);
  }
  if (phase(done) === "active") return done;
  const reason = `Amazon Personalize said: ${done.failureReason ?? "no reason"}`;
  const message = `${who}: ${status} ${after()}. ${reason} Mend the cause; \`pulumi up\` then makes a new one.`;
  throw kind.destroy ? halfMade(properties, message) : new Error(message);
}

/** Deletes, and waits until the service no longer knows it. What is gone already is success; in use is waited out. */
export async function removed<S extends Described>(
  session: Session,
  kind: Pick<Kind<CommonInputs, S>, "describe" | "destroy">,
  arn: string,
): Promise<void> {
  let refusal: unknown = new Error("it is being deleted.");
  const gone =
    !kind.destroy ||
    (await pollUntil(session, async () => {
      try {
        const seen = await observe(session, kind, arn);
        if (!seen) return true;
        if (phase(seen) !== "leaving") await kind.destroy?.(session, arn);
      } catch (error) {
        if (isNamed(error, "ResourceNotFoundException")) return true;
        if (!isNamed(error, "ResourceInUseException")) throw error;
        refusal = error;
      }
      return undefined;
    }));
  if (!gone) throw refused(session.who, `${arn} is still there at the deadline`, refusal);
}
