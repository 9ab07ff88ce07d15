import { ProviderError, requireProvider } from '@spectrain/train';
import { InputError } from './input-error.js';

/** @throws InputError for a provider that does not compute on this machine */
export async function requireAvailable(provider: string): Promise<void> {
  try {
    await requireProvider(provider);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { found, available, reason } = error;
    throw new InputError('--provider', found, `${available.join(', ')} (${found}: ${reason})`);
  }
}
