/**
 * The interceptors of every workflow, by the names of their files in `workflows/isolate/`: they serve the query `state`, refuse a call without the
 * required key or with an invalid input, prove what a workflow sends, and measure it.
 */
export const isolateInterceptors = ['serve-state', 'require-proof', 'check-input', 'limit-payloads'];
