import type { Temporal } from '../../service/temporal/connect.ts';
import type { Found } from './context.ts';
import { refuseCopy } from './refuse-copy.ts';

/** Connects to Temporal for one change, then closes the connection, so that the process can end. */
export async function withTemporal<Answer>(found: Found, use: (temporal: Temporal) => Promise<Answer>): Promise<Answer> {
  refuseCopy(found);
  const { connect } = await import('../../service/temporal/connect.ts');
  const temporal = await connect(found.running);
  try {
    return await use(temporal);
  } finally {
    await temporal.close();
  }
}
