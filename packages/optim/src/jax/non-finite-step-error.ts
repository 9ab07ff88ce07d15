/** A step at which gradients were NaN or infinite. Neither parameters nor moments were changed by it. */
export class NonFiniteStepError extends RangeError {
  override readonly name = 'NonFiniteStepError';

  /** @param parameters the names of those whose gradients they were */
  constructor(readonly parameters: readonly string[]) {
    super(`there are gradients that are not finite: those of ${parameters.join(', ')}`);
  }
}
