// For programs and tests in JavaScript. Only the account's own files are compiled: the caller's
// stay with its own tools.
const { require: load } = require("tsx/cjs/api");

const { startAccount } = load("./account.ts", __filename);
const { clientEnvironment } = load("./terminal/client-environment.ts", __filename);

module.exports = { startAccount, clientEnvironment };
