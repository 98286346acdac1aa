/** The statements of a printed IAM policy. */
type Texts = string | readonly string[];
type Condition = Readonly<Record<string, Readonly<Record<string, Texts>>>>;

const createStatement =
  (Effect: "Allow" | "Deny") => (Sid: string, Action: Texts, Resource: Texts, on?: Condition) => ({
    Sid,
    Effect,
    Action,
    Resource,
    ...(on && { Condition: on }),
  });

export const allow = createStatement("Allow");
export const deny = createStatement("Deny");
export type Statement = ReturnType<typeof allow>;
