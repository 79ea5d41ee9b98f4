/** Whether a Content-Type is JSON in UTF-8; without a charset JSON is UTF-8. */
export function isJsonInUtf8(contentType: string | undefined): boolean {
  const [essence = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (essence !== 'application/json') return false;
  return parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-?8"?$/.test(parameter));
}
