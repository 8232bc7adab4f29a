package kontiki.kvstore.cli.direct;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import kontiki.pki.ca.Pem;
import org.jspecify.annotations.Nullable;

/** Mutual TLS of the JDK from three PEM files, for one short command. */
final class ClientTls {
  private static final String ONLY = "client";

  /**
   * What is offered first. The JDK makes a key of each kind that is offered, and one of a NIST
   * curve needs the table that {@link P256} avoids; nearly every server takes X25519.
   */
  static final List<String> QUICK_GROUPS = List.of("x25519");

  /** For servers that do not. */
  static final List<String> ALL_GROUPS = List.of("x25519", "secp256r1", "secp384r1");

  private ClientTls() {}

  /** The JDK's providers of what a handshake needs; they need no lookup among all others. */
  private static final Set<String> PROVIDERS =
      Set.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

  /**
   * Makes the JDK of this process quick to its first handshake, partly on a thread of its own while
   * the command line is being read. Only for a process that does nothing else: it leaves out
   * security providers.
   */
  static void warmUp() {
    Thread.ofPlatform().daemon().name("tls-warm-up").start(ClientTls::load);
  }

  private static void load() {
    keepProviders();
    Security.insertProviderAt(new P256(), 1);
    try {
      rehearse();
    } catch (GeneralSecurityException | SSLException e) {
      // The handshake says it better.
      return;
    }
  }

  /** Makes a greeting that is not sent, a signature that proves nothing, and reads both. */
  private static void rehearse() throws GeneralSecurityException, SSLException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[0], null);
    var engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    engine.setSSLParameters(parameters(context, QUICK_GROUPS));
    engine.wrap(
        ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    P256.rehearse();
  }

  /** Ends the list of providers where the first stands that is not needed. */
  private static void keepProviders() {
    var missing = new HashSet<>(PROVIDERS);
    for (int i = 1; ; i++) {
      String place = "security.provider." + i;
      String name = Security.getProperty(place);
      if (name == null) {
        return;
      }
      if (missing.isEmpty()) {
        Security.setProperty(place, "");
        return;
      }
      missing.remove(name);
    }
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
      context.init(mine, new TrustManager[] {serverTrust(trust)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static ServerTrust serverTrust(TrustManagerFactory factory) throws KeyStoreException {
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager jdk) {
        return new ServerTrust(jdk);
      }
    }
    throw new KeyStoreException("the JDK checks no certificates");
  }

  /** HTTP/2 only; the server's name or address must stand in its certificate. */
  static SSLParameters parameters(SSLContext context, List<String> groups) {
    var parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setEndpointIdentificationAlgorithm(ServerTrust.NAME_CHECK);
    parameters.setNamedGroups(groups.toArray(String[]::new));
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
