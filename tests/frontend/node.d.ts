// Node's own modules, of which only their names matter to the checker: it looks at what is tested.
declare module "node:test";
declare module "node:assert/strict";
declare module "node:child_process";
