import type { Temporal } from '../../service/temporal/connect.ts';
import type { Found } from './context.ts';

/** Connects for one change and lets go, so that the process can end. */
export async function withTemporal<Answer>(found: Found, use: (temporal: Temporal) => Promise<Answer>): Promise<Answer> {
  const { connect } = await import('../../service/temporal/connect.ts');
  const temporal = await connect(found.running);
  try {
    return await use(temporal);
  } finally {
    await temporal.close();
  }
}
