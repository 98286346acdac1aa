import { machineTime } from "./ingestion/updates/pace";
import { kindOf } from "./ingestion/updates/row-kind";
import { createUpdateConsumer } from "./ingestion/updates/update-consumer";
import { userUpdate } from "./ingestion/users/user-update-schema";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";

const variables = [
  "REQUESTS_PER_SECOND",
  "QUARANTINE_BUCKET",
  "USERS_DATASET_ARN",
  "DATA_BUCKET",
  "IMPORTED_USERS",
  "USERS_SCHEMA",
  "CHANGED_USERS",
  "STACK",
] as const;
export type Environment = EnvironmentOf<typeof variables>;

/** Sends the updates of users on the stream to Personalize. */
export function updateUsersFactory(time = machineTime) {
  const settings = readEnvironment("update-users", variables);
  return answerInTime(
    createUpdateConsumer({
      kind: kindOf("userUpdate"),
      schema: userUpdate(),
      datasetArn: settings.USERS_DATASET_ARN,
      place: {
        bucket: settings.DATA_BUCKET,
        importedKey: settings.IMPORTED_USERS,
        schemaKey: settings.USERS_SCHEMA,
        changedPrefix: settings.CHANGED_USERS,
      },
      settings,
      time,
    }),
  );
}
