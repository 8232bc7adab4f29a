package kontiki.pki.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers the one certificate of an identity. The alias carries the generation it was chosen from;
 * certificate and key are asked for one after the other, and must be of one generation: an alias of
 * the generation before the present one still answers. Thread-safe.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
  private final Supplier<TlsMaterial> identity;
  private volatile @Nullable TlsMaterial latest;
  private volatile @Nullable TlsMaterial before;

  IdentityKeyManager(Supplier<TlsMaterial> identity) {
    this.identity = identity;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(List.of(keyType));
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(Arrays.asList(keyTypes));
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(Arrays.asList(keyTypes));
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(List.of(keyType));
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(List.of(keyType));
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(List.of(keyType));
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    TlsMaterial material = find(alias);
    return material == null ? null : material.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    TlsMaterial material = find(alias);
    return material == null ? null : material.key();
  }

  /** Key types are named as {@code EC}, {@code EC_EC}, {@code ECDHE_ECDSA} or {@code RSA}. */
  private @Nullable String alias(List<String> keyTypes) {
    TlsMaterial material = identity.get();
    if (material.chain().isEmpty()) {
      return null;
    }
    remember(material);
    String algorithm = material.chain().getFirst().getPublicKey().getAlgorithm();
    boolean fits = keyTypes.stream().anyMatch(type -> type.contains(algorithm));
    return fits ? Long.toString(material.generation()) : null;
  }

  private synchronized void remember(TlsMaterial material) {
    TlsMaterial last = latest;
    if (last == null || last.generation() < material.generation()) {
      before = last;
      latest = material;
    }
  }

  private @Nullable TlsMaterial find(String alias) {
    TlsMaterial last = latest;
    if (last != null && alias.equals(Long.toString(last.generation()))) {
      return last;
    }
    TlsMaterial older = before;
    return older != null && alias.equals(Long.toString(older.generation())) ? older : null;
  }
}
