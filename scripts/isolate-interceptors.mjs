/**
 * The interceptors of every workflow, by the names of their files in `workflows/isolate/`: they serve the query `state`, refuse a workflow whose input is
 * not valid, and measure what a workflow sends.
 */
export const isolateInterceptors = ['serve-state', 'check-input', 'limit-payloads'];
