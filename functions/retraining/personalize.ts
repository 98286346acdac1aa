import type { PersonalizeClient } from "@aws-sdk/client-personalize";

/** Loads the SDK, and creates the client, when it is first needed. */
export type Personalize = () => Promise<{
  readonly sdk: typeof import("@aws-sdk/client-personalize");
  readonly client: PersonalizeClient;
}>;
