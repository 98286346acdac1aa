// Loaded before the unit tests, which record the program many times in a process: what it does with
// the same large input each time is done once (tests/project/once-per-process.test.mts).
// tests/serialisation and the engine tests run without it.

// A Lambda function's factory is serialised once. That takes half of their time, because the SDK
// asks V8's inspector about each captured value.
const serialised = new WeakMap();
replace(require("@pulumi/pulumi").runtime, "serializeFunction", (serializeFunction) => (func, args = {}) => {
  if (!args.isFactoryFunction) return serializeFunction(func, args);
  const done = serialised.get(func) ?? serializeFunction(func, args);
  serialised.set(func, done);
  return done;
});

// The seed's interactions, 2 MB, are parsed once. No test changes the rows: their type forbids it.
let last = {};
replace(require("csv-parse/sync"), "parse", (parse) => (text, options) => {
  if (typeof text !== "string" || text.length < 1_000_000) return parse(text, options);
  const settings = JSON.stringify(options);
  if (last.text !== text || last.settings !== settings) last = { text, settings, rows: parse(text, options) };
  return last.rows;
});

/** Replaces a module's function. Throws where the module has none, or keeps it. */
function replace(module, name, wrap) {
  const original = module[name];
  if (typeof original === "function") module[name] = wrap(original);
  if (module[name] === original) throw new Error(`once-per-process.cjs cannot replace the function ${name}.`);
}
