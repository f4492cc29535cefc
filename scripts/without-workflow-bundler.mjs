/**
 * A plugin of rolldown that leaves out the modules of the SDK's worker that bundle or replay workflows. Our workflows are bundled by the build. These modules import webpack and swc, and they look for files
 * beside themselves when they are loaded.
 */
const empty = '\0empty';

export const withoutWorkflowBundler = {
  name: 'without-workflow-bundler',
  resolveId: {
    filter: { id: /^\.\/(workflow\/bundler|debug-replayer)$/ },
    handler: (_id, importer = '') => (importer.includes('/@temporalio/worker/lib/') ? empty : undefined),
  },
  load: { filter: { id: new RegExp(`^${empty}$`) }, handler: () => 'exports.defaultWorkflowInterceptorModules = [];' },
};
