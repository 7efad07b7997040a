export { codeBody as body } from '../coupon-reply.ts';
