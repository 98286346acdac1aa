import { machineTime } from "./ingestion/updates/pace";
import { createUpdateConsumer, updateVariables } from "./ingestion/updates/update-consumer";
import { userUpdate } from "./ingestion/users/user-update-schema";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";

export type Environment = EnvironmentOf<typeof updateVariables>;

/** Sends the updates of users on the stream to Personalize. */
export function updateUsersFactory(time = machineTime) {
  const settings = readEnvironment("update-users", updateVariables);
  return answerInTime(createUpdateConsumer({ update: "userUpdate", schema: userUpdate(), settings, time }));
}
