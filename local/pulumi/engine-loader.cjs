// Loads TypeScript exactly as Pulumi's Node.js language host does: with its vendored ts-node and the project's TypeScript.
// The text of serialised closures depends on the loader (with tsx it is longer), so tests of the text use this one.
require("@pulumi/pulumi/vendor/ts-node@7.0.1").register({
  compiler: "typescript",
  transpileOnly: true,
  project: require("node:path").join(__dirname, "../../tsconfig.json"),
});
