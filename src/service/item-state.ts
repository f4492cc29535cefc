export { isClosedState as isClosed, type ItemState } from '../domain/work-item.ts';
