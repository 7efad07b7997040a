export { useBody as body } from '../coupon-reply.ts';
