package kontiki.kvstore.server;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * An {@code https://host:port} of a flag.
 *
 * @param port 0 takes a free one, where it is listened on
 */
record Endpoint(String host, int port) {
  /** Throws StartException with the flag's name where the URL cannot be used. */
  static Endpoint parse(String flag, String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new StartException(flag + ": \"" + url + "\" is not a URL: " + e.getReason(), e);
    }
    if (!"https".equals(uri.getScheme())) {
      throw new StartException(
          flag + ": \"" + url + "\" must begin with https://; no plaintext port is ever opened");
    }
    if (uri.getHost() == null || uri.getPort() < 0) {
      throw new StartException(flag + ": \"" + url + "\" needs a host and a port");
    }
    return new Endpoint(uri.getHost(), uri.getPort());
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }
}
