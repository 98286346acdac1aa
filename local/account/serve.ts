/** `npm run account`: the empty local account alone, for the real engine (`pulumi -C local up`) and for any SDK. */
import "./node-version";
import { parseArgs } from "node:util";
import { startAccount } from "./account";
import { tellTrainings } from "./training-progress";

const { values } = parseArgs({
  options: { port: { type: "string", default: "4566" }, speed: { type: "string", default: "300" } },
});

startAccount({ port: Number(values.port), speed: Number(values.speed) }).then(
  (account) => {
    console.log(
      `A local AWS account listens on ${account.origin}; its clock runs ${values.speed} times as fast as yours.`,
    );
    console.log(`AWS_ENDPOINT_URL=${account.origin}`);
    tellTrainings(account.host, console.log);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.once(signal, () => account.close().then(() => process.exit(0)));
    }
  },
  (error: NodeJS.ErrnoException) => {
    const inUse = error.code === "EADDRINUSE";
    console.error(
      inUse ? `Port ${values.port} is in use. Choose another: npm run account -- --port 4567` : error.message,
    );
    process.exit(1);
  },
);
