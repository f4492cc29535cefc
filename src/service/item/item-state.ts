export { isClosedState as isClosed } from '../../domain/item/work-item.ts';
