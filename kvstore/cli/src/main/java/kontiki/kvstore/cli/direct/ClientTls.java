package kontiki.kvstore.cli.direct;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import kontiki.pki.ca.Pem;
import org.jspecify.annotations.Nullable;

/** Mutual TLS of the JDK from three PEM files, for one short command. */
final class ClientTls {
  private static final String ONLY = "client";

  private ClientTls() {}

  /**
   * Loads what a handshake needs, on a thread of its own, while the command line is being read: the
   * JDK computes a table for the curve P-256 when it is first used, which takes longer than the
   * handshake itself.
   */
  static void warmUp() {
    Thread.ofPlatform()
        .daemon()
        .name("tls-warm-up")
        .start(() -> {
          try {
            var keys = KeyPairGenerator.getInstance("EC");
            keys.initialize(new ECGenParameterSpec("secp256r1"));
            keys.generateKeyPair();
          } catch (GeneralSecurityException e) {
            // The handshake says it better.
            return;
          }
        });
  }

  /**
   * @throws kontiki.pki.ca.PkiException where a file holds no certificate or key
   */
  static SSLContext context(Path cacert, Path cert, Path key) throws IOException {
    var chain = Pem.certificates(Files.readString(cert), cert.toString());
    var privateKey = Pem.privateKey(Files.readString(key), key.toString());
    var authorities = Pem.certificates(Files.readString(cacert), cacert.toString());
    try {
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        trusted.setCertificateEntry("ca" + i, authorities.get(i));
      }
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      var mine = new KeyManager[] {new OneIdentity(chain, privateKey)};
      context.init(mine, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** HTTP/2 only; the server's name or address must stand in its certificate. */
  static SSLParameters parameters(SSLContext context) {
    var parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    // X25519 first: its keys are the quickest to make in a JVM that has just started.
    parameters.setNamedGroups(new String[] {"x25519", "secp256r1", "secp384r1"});
    return parameters;
  }

  /** Shows the same certificate to whoever asks for one. */
  private static final class OneIdentity extends X509ExtendedKeyManager {
    private final X509Certificate[] chain;
    private final PrivateKey key;

    OneIdentity(List<X509Certificate> chain, PrivateKey key) {
      this.chain = chain.toArray(X509Certificate[]::new);
      this.key = key;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ONLY};
    }

    @Override
    public String chooseClientAlias(
        String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ONLY;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
