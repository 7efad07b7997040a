/**
 * The one-way imports of the house: domain ← ports ← verbs ← wiring → adapters → ports, domain.
 * Each rule's comment says what would go wrong without it.
 */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    rule(
      'no-cycles',
      'A cycle hides which of the two is the idea and which is its user.',
      {},
      { circular: true },
    ),
    rule(
      'domain-is-pure',
      'The domain decides; it must run anywhere, so it knows zod, a hash and a calendar and nothing else.',
      { path: '^functions/domain/' },
      { pathNot: '^functions/domain/|^node:crypto$|^crypto$|node_modules/(zod|@date-fns)/' },
    ),
    rule(
      'ports-know-the-domain-only',
      'A port that knows an adapter is no port.',
      { path: '^functions/ports/' },
      { pathNot: '^functions/(ports|domain)/' },
    ),
    rule(
      'verbs-never-meet-adapters',
      'Use cases speak to ports; only wiring.ts knows both sides.',
      {
        path: '^functions/(chat|shop|shops|admin|front|jobs|texts|platform)/',
        pathNot: '^functions/(jobs/)?[a-z]+/main\\.ts$',
      },
      { path: '^functions/(adapters/|wiring\\.ts)|node_modules/@aws-sdk/' },
    ),
    rule(
      'adapters-know-ports-and-domain',
      'An adapter that calls a verb would turn the flow around.',
      { path: '^functions/adapters/' },
      { path: '^functions/(chat|shop|shops|admin|front|jobs|texts|platform|wiring\\.ts|routes\\.ts)' },
    ),
    rule(
      'infra-reads-the-tables-only',
      'The stacks are derived from the route table and the table specification.',
      { path: '^infra/' },
      { path: '^(functions|local|cli|bench)/', pathNot: '^functions/(routes|adapters/dynamodb/table)\\.ts$' },
    ),
    rule(
      'nothing-local-in-lambda',
      'The laptop edition accepts fixed keys and moves the clock: it may never reach a Lambda bundle.',
      { path: '^functions/' },
      { path: '^(local|cli|bench|infra|test)/' },
    ),
    rule(
      'no-orphans',
      'A file that nobody imports is dead.',
      { orphan: true, pathNot: '\\.d\\.ts$|main\\.ts$|^cli/|^bench/|^infra/(app|lambda-[a-z-]+)\\.ts$' },
      {},
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
