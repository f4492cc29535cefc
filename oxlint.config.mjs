/**
 * The lint rules, and the walls between the rooms: an allow-list for each room from scripts/rooms.mjs. The lists cover static, type-only, re-exported
 * and dynamic imports, packages, Node's built-ins and paths into dist. The compiler's own walls (project references) let each of these through. The
 * lists do not see imports with a computed specifier or imports through createRequire (which the workers need to find packages on disk).
 */
import { dirname } from 'node:path';
import { roomOf, rooms } from './scripts/rooms.mjs';

/** Folders that are not rooms. No room may import them. */
const neverImported = ['test', 'scripts', 'bench', 'bin', 'dist', 'node_modules'];
const lastName = (room) => room.split('/').at(-1);

function wall(room) {
  const { imports, packages, node } = rooms[room];
  const folders = imports.filter((other) => roomOf(other) !== other);
  const allowed = [room, ...imports.filter((other) => roomOf(other) === other)].map(lastName);
  const forbidden = [
    ...Object.keys(rooms)
      .map(lastName)
      .filter((name) => !allowed.includes(name)),
    ...neverImported,
  ];
  const group = [
    '**', // forbids everything except the patterns below
    './**',
    '../**',
    ...packages.flatMap((name) => [name, `${name}/**`]),
    ...(node ? ['node:*', 'node:*/**'] : []),
  ].map((pattern, index) => (index === 0 ? pattern : `!${pattern}`));
  // Patterns match the text of the specifier, so a path that first goes down and then up could hide a room.
  group.push('./**/..', './**/../**', ...forbidden.flatMap((name) => [`../**/${name}`, `../**/${name}/**`]));
  // The patterns work as in .gitignore: a later pattern wins, but a file is allowed again only if its folders are allowed too.
  for (const folder of folders) {
    const name = lastName(roomOf(folder));
    const open = `../**/${folder.slice(dirname(roomOf(folder)).length + 1)}`;
    group.push(`!../**/${name}`, `../**/${name}/*`, `!${open}`, `!${open}/**`, `${open}/**/..`, `${open}/**/../**`);
  }
  const message = `${room} may import only: ${[...imports, ...packages, ...(node ? ['node:*'] : [])].join(', ') || 'itself'} (scripts/rooms.mjs)`;
  return { files: [`${room}/**`], rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] } };
}

/**
 * Rooms whose functions must return the same result for the same input. Workflows need no such rule, because the SDK's isolate replaces Date and
 * Math.random by deterministic versions. `new Date(ms)` is pure and allowed; test/tidy finds `new Date()`.
 */
const pure = {
  files: ['src/base/**', 'src/domain/**', 'src/contract/**'],
  rules: {
    'no-restricted-globals': ['error', { name: 'globalThis', message: 'It hides Date and Math.random: this room is pure.' }],
    'no-restricted-properties': [
      'error',
      { object: 'Math', property: 'random', message: 'Pass a seed in: this room is pure.' },
      { object: 'Date', property: 'now', message: 'Pass the time in: this room is pure.' },
    ],
  },
};

export default {
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['node_modules', 'dist', 'coverage', '.state'],
  rules: {
    'import/no-default-export': 'error',
    'import/no-cycle': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/only-throw-error': 'error',
    // Type assertions are allowed for branded ids, rows of SQLite and parsed JSON at the place where these values enter the program. A guard for each
    // would be noise.
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'unicorn/consistent-function-scoping': 'off',
    // The compiler checks this more exactly.
    'typescript/consistent-return': 'off',
    'promise/no-promise-in-callback': 'off',
    // Vitest's expect accepts a message, and tests narrow a union before they check its fields.
    'vitest/valid-expect': 'off',
    'vitest/no-conditional-expect': 'off',
    // `.map(…).sort()` sorts its own copy.
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    // `[...text]` counts code points, which is what we want.
    'typescript/no-misused-spread': 'off',
    // Fastify awaits its handlers.
    'oxc/no-async-endpoint-handlers': 'off',
  },
  overrides: [
    ...Object.keys(rooms).map(wall),
    pure,
    {
      // A process logs with `src/telemetry/log.ts`, so that its words have a time, a level and a component.
      files: ['src/**', 'workers/**', 'activities/**', 'workflows/**'],
      rules: { 'no-console': 'error' },
    },
    {
      // Programs of their own: they print for the person who runs them, or end before there is a log.
      files: ['src/config/schema/write-json-schema.ts', 'src/http/openapi/write-documents.ts', 'workers/arguments.ts', 'src/cli/**'],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['test/**'],
      rules: {
        'typescript/no-non-null-assertion': 'off',
        // fast-check is used as `fc.assert(fc.property(…))`, which asserts. Shared suites and leak checks assert in functions and hooks.
        'import/no-named-as-default-member': 'off',
        'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expectFailed', 'fc.assert'] }],
        'vitest/no-standalone-expect': 'off',
        // In our loops a timer or a callback changes the condition.
        'no-unmodified-loop-condition': 'off',
      },
    },
    { files: ['*.config.ts', '*.config.mjs'], rules: { 'import/no-default-export': 'off' } },
  ],
};
