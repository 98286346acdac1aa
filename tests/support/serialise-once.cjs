// Loaded before the unit tests, which record the program many times in a process: a Lambda function's factory is serialised
// once. That takes half of their time, because the SDK asks V8's inspector about each captured value. tests/serialisation
// and the engine tests serialise without it.
const { runtime } = require("@pulumi/pulumi");

const { serializeFunction } = runtime;
const serialised = new WeakMap();
runtime.serializeFunction = (func, args = {}) => {
  if (!args.isFactoryFunction) return serializeFunction(func, args);
  const done = serialised.get(func) ?? serializeFunction(func, args);
  serialised.set(func, done);
  return done;
};
