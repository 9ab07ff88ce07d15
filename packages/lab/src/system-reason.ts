/** What went wrong, and where: of a file that is open already, the system's messages do not say. */
export function systemReason(error: unknown, place: string): string {
  if (!(error instanceof Error)) return String(error);
  const isPlaceless = 'code' in error && 'syscall' in error && !('path' in error);
  return isPlaceless ? `${error.message} (in ${place})` : error.message;
}
