package kontiki.kvstore.cli.direct;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's check of a server's certificate, with the server's name or address. Where the
 * certificate names exactly what was connected to, that is the whole check of the name (RFC 6125,
 * section 6.4); only otherwise is the JDK asked to look at wildcards, for which it reads every
 * public authority that it knows. Either way the JDK checks the chain. Any thread.
 */
final class ServerTrust extends X509ExtendedTrustManager {
  /** The JDK's name of its check; sockets have it from the start. */
  static final String NAME_CHECK = "HTTPS";

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final X509ExtendedTrustManager jdk;

  ServerTrust(X509ExtendedTrustManager jdk) {
    this.jdk = jdk;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    if (!(socket instanceof SSLSocket tls)) {
      throw new CertificateException("the name of the server is not known");
    }
    if (!names(chain, tls.getHandshakeSession().getPeerHost())) {
      jdk.checkServerTrusted(chain, type, socket);
      return;
    }
    checkNameByJdk(tls, false);
    try {
      jdk.checkServerTrusted(chain, type, socket);
    } finally {
      checkNameByJdk(tls, true);
    }
  }

  private static void checkNameByJdk(SSLSocket socket, boolean check) {
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(check ? NAME_CHECK : "");
    socket.setSSLParameters(parameters);
  }

  private static boolean names(X509Certificate[] chain, @Nullable String host)
      throws CertificateException {
    if (host == null || chain.length == 0) {
      return false;
    }
    // An address is no name, whatever a certificate calls it.
    int wanted = isAddress(host) ? IP_ADDRESS : DNS_NAME;
    var names = chain[0].getSubjectAlternativeNames();
    if (names != null) {
      for (List<?> name : names) {
        if (name.get(0) instanceof Integer kind
            && kind == wanted
            && name.get(1) instanceof String text
            && text.equalsIgnoreCase(host)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("only sockets are checked");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("the name of the server is not known");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return jdk.getAcceptedIssuers();
  }
}
