package kontiki.orchestrator.apiserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.authentication.ServiceAccountTokens;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.pki.ca.Pem;
import kontiki.pki.ca.PkiException;
import kontiki.pki.transport.TlsIdentity;
import org.jspecify.annotations.Nullable;

/** The certificates, authorities and keys that an API server works with. Thread-safe. */
final class Identities {
  private final TlsIdentity server;
  private final TlsIdentity clients;
  private final @Nullable TlsIdentity nodes;
  private final String issuer;
  private final @Nullable PrivateKey signingKey;
  private final List<PublicKey> verifyingKeys;
  private @Nullable ServiceAccountTokens tokens;

  private Identities(
      ApiServerConfiguration configuration,
      @Nullable PrivateKey signingKey,
      List<PublicKey> verifyingKeys) {
    List<Path> trusted = new ArrayList<>(configuration.clientAuthorities());
    trusted.addAll(configuration.nodeAuthorities());
    this.server =
        TlsIdentity.load(
            configuration.certificate(), configuration.privateKey(), trusted.toArray(Path[]::new));
    this.clients = TlsIdentity.trusting(configuration.clientAuthorities().toArray(Path[]::new));
    this.nodes =
        configuration.nodeAuthorities().isEmpty()
            ? null
            : TlsIdentity.trusting(configuration.nodeAuthorities().toArray(Path[]::new));
    this.issuer = configuration.accounts().issuer();
    this.signingKey = signingKey;
    this.verifyingKeys = verifyingKeys;
  }

  /**
   * @throws PkiException when a file is missing, unreadable, or does not fit the others
   */
  static Identities load(ApiServerConfiguration configuration) {
    ApiServerConfiguration.Accounts accounts = configuration.accounts();
    Path signing = accounts.signingKey();
    PrivateKey signingKey =
        signing == null ? null : Pem.privateKey(read(signing), signing.toString());
    List<PublicKey> verifying = new ArrayList<>();
    for (Path file : accounts.verifyingKeys()) {
      verifying.add(Pem.publicKey(read(file), file.toString()));
    }
    Identities identities = new Identities(configuration, signingKey, verifying);
    requireValid(configuration.certificate(), identities.server.certificateChain().getFirst());
    return identities;
  }

  /** An expired certificate would only show as a refusal by every client. */
  private static void requireValid(Path file, X509Certificate certificate) {
    Instant now = InstantSource.system().instant();
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new PkiException(
          file
              + ": the certificate expired at "
              + certificate.getNotAfter().toInstant()
              + ": renew it and start again");
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new PkiException(
          file
              + ": the certificate is not valid before "
              + certificate.getNotBefore().toInstant()
              + ": check the clock");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new PkiException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  TlsIdentity server() {
    return server;
  }

  List<X509Certificate> clientAuthorities() {
    return clients.trustAnchors();
  }

  List<X509Certificate> nodeAuthorities() {
    return nodes == null ? List.of() : nodes.trustAnchors();
  }

  /** The one signer and checker of service account tokens. */
  synchronized ServiceAccountTokens tokens(ResourceRegistry registry) {
    ServiceAccountTokens made = tokens;
    if (made == null) {
      made =
          new ServiceAccountTokens(
              issuer,
              signingKey,
              verifyingKeys,
              InstantSource.system(),
              (resource, namespace, name) -> find(registry, resource, namespace, name));
      tokens = made;
    }
    return made;
  }

  private static @Nullable JsonObject find(
      ResourceRegistry registry, String resource, String namespace, String name) {
    StoredResource stored = registry.resource(resource);
    CachedObject cached = stored.cache().get(stored.key(namespace, name));
    return cached == null ? null : cached.tree();
  }
}
