export { isClosedState as isClosed } from '../../domain/work-item.ts';
