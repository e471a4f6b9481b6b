/** Where webhooks may go. Private addresses may: receivers often stand beside the service. */

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * What is wrong with a webhook's address, with the remedy; undefined when nothing is.
 *
 * @param plainHttp http is taken for any host, not for this machine alone
 */
export function addressFault(address: string, plainHttp: boolean): string | undefined {
  if (!URL.canParse(address)) return 'is not an address: give one such as https://example.com/tactus';
  const { protocol, hostname, username, password, hash } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https://';
  if (username !== '' || password !== '')
    return 'must not hold a user or password: the receiver knows the service by its signature';
  if (hash !== '') return 'must not have a part after #: it is never sent';
  if (protocol === 'http:' && !plainHttp && !LOOPBACK.test(hostname))
    return 'must begin with https:// unless it is on this machine (webhooks.plainHttp in the configuration allows http)';
  return undefined;
}
