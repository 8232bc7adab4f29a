package kontiki.pki.ca;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate sets of one cluster on disk: {@code SET/ca.crt, ca.key, NAME.crt, NAME.key} for
 * each {@link CertificateSet}, and {@code service-account.key, .pub}. Keys are readable by their
 * owner alone; each file appears whole or not at all.
 *
 * <p>{@link #create} makes what is missing and re-issues a leaf that no longer serves; it never
 * replaces an authority. Any thread; processes that create at the same time take turns.
 */
public final class PkiDirectory {
  /**
   * The leaf, in the set between nodes, with which the parts of a control plane's host show their
   * health and are asked for it: no key of that set can pass for an API server.
   */
  public static final String HEALTH = "health";

  private static final Logger LOG = LoggerFactory.getLogger(PkiDirectory.class);

  private final Path root;

  private PkiDirectory(Path root) {
    this.root = root;
  }

  /** A directory that exists already; nothing is read or checked yet. */
  public static PkiDirectory open(Path root) {
    if (!Files.isDirectory(root)) {
      throw new PkiException(root + ": no such directory: make it with `kontiki pki init`");
    }
    return new PkiDirectory(root);
  }

  /**
   * Makes every authority, certificate and key of the plan that is missing, and re-issues leaves
   * that have expired, miss a needed name, or were not signed by the present authority.
   *
   * @throws PkiException if an authority's key and certificate do not belong together, or it has
   *     expired: nothing of that set is touched
   */
  public static PkiDirectory create(Path root, ClusterPlan plan, InstantSource clock) {
    List<LeafPlan> leaves = LeafPlan.of(plan);
    PkiDirectory directory = new PkiDirectory(root);
    try {
      PkiFiles.makeDirectory(root);
      try (FileChannel channel =
              FileChannel.open(
                  root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        directory.issue(leaves, clock.instant());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(PkiFiles.explain(e), e);
    }
    return directory;
  }

  public Path root() {
    return root;
  }

  /** The set's trust bundle: the certificate of its authority. */
  public Path authority(CertificateSet set) {
    return root.resolve(set.directory()).resolve("ca.crt");
  }

  public Path authorityKey(CertificateSet set) {
    return root.resolve(set.directory()).resolve("ca.key");
  }

  public Path certificate(CertificateSet set, String name) {
    return root.resolve(set.directory()).resolve(name + ".crt");
  }

  public Path key(CertificateSet set, String name) {
    return root.resolve(set.directory()).resolve(name + ".key");
  }

  /** The RSA key (RS256) that signs service-account tokens. */
  public Path serviceAccountKey() {
    return root.resolve("service-account.key");
  }

  public Path serviceAccountPublicKey() {
    return root.resolve("service-account.pub");
  }

  private void issue(List<LeafPlan> leaves, Instant now) throws IOException {
    Map<CertificateSet, CertificateAuthority> authorities = new EnumMap<>(CertificateSet.class);
    for (CertificateSet set : CertificateSet.values()) {
      authorities.put(set, authority(set, now));
    }
    for (LeafPlan leaf : leaves) {
      CertificateAuthority authority = Objects.requireNonNull(authorities.get(leaf.set()));
      Optional<String> reason = reasonToIssue(leaf, authority.certificate(), now);
      if (reason.isPresent()) {
        KeyPair keys = CertificateAuthority.newKeys();
        X509Certificate certificate = authority.issue(leaf, keys.getPublic(), now);
        PkiFiles.writePrivate(key(leaf.set(), leaf.name()), CertificateAuthority.encode(keys));
        PkiFiles.writePublic(certificate(leaf.set(), leaf.name()), Pem.encode(certificate));
        LOG.info(
            "issued certificate set={} name={} reason={}",
            leaf.set().directory(),
            leaf.name(),
            reason.get());
      }
    }
    createServiceAccountKey();
  }

  /** The set's authority; made if the set has none. */
  private CertificateAuthority authority(CertificateSet set, Instant now) throws IOException {
    PkiFiles.makeDirectory(root.resolve(set.directory()));
    Path certificateFile = authority(set);
    Path keyFile = authorityKey(set);
    if (!Files.exists(certificateFile)) {
      return newAuthority(set, now);
    }
    if (!Files.exists(keyFile)) {
      throw new PkiException(
          keyFile
              + ": the key of the authority is missing: put it back, or move "
              + certificateFile.getParent()
              + " away to start the set anew");
    }
    PrivateKey key = Pem.privateKey(PkiFiles.read(keyFile), keyFile.toString());
    List<X509Certificate> bundle =
        Pem.certificates(PkiFiles.read(certificateFile), certificateFile.toString());
    X509Certificate certificate =
        bundle.stream()
            .filter(candidate -> Pem.matches(candidate, key))
            .findFirst()
            .orElseThrow(() ->
                new PkiException(
                    keyFile
                        + ": does not belong to "
                        + certificateFile
                        + ": put the matching pair back, or move "
                        + certificateFile.getParent()
                        + " away to start the set anew"));
    if (certificate.getNotAfter().toInstant().isBefore(now)) {
      throw new PkiException(
          certificateFile
              + ": the authority expired on "
              + certificate.getNotAfter().toInstant()
              + ": move "
              + certificateFile.getParent()
              + " away to start the set anew");
    }
    return new CertificateAuthority(certificate, key);
  }

  /**
   * A key without a certificate is what an interrupted start leaves: it has signed nothing yet. But
   * where certificates are, an authority was: it is not replaced.
   */
  private CertificateAuthority newAuthority(CertificateSet set, Instant now) throws IOException {
    Path folder = root.resolve(set.directory());
    try (DirectoryStream<Path> issued = Files.newDirectoryStream(folder, "*.crt")) {
      for (Path leaf : issued) {
        throw new PkiException(
            authority(set)
                + ": is missing while "
                + leaf.getFileName()
                + " is there: put it back, or move "
                + folder
                + " away to start the set anew");
      }
    }
    KeyPair keys = CertificateAuthority.newKeys();
    PkiFiles.writePrivate(authorityKey(set), CertificateAuthority.encode(keys));
    CertificateAuthority authority =
        CertificateAuthority.selfSigned("kontiki-" + set.directory() + "-ca", keys, now);
    PkiFiles.writePublic(authority(set), Pem.encode(authority.certificate()));
    LOG.info("made certificate authority set={}", set.directory());
    return authority;
  }

  private Optional<String> reasonToIssue(LeafPlan leaf, X509Certificate authority, Instant now)
      throws IOException {
    Path certificateFile = certificate(leaf.set(), leaf.name());
    Path keyFile = key(leaf.set(), leaf.name());
    if (!Files.exists(certificateFile) || !Files.exists(keyFile)) {
      return Optional.of("missing");
    }
    try {
      X509Certificate certificate =
          Pem.certificates(PkiFiles.read(certificateFile), certificateFile.toString()).getFirst();
      PrivateKey key = Pem.privateKey(PkiFiles.read(keyFile), keyFile.toString());
      return Chains.unfit(certificate, key, leaf, authority, now);
    } catch (PkiException e) {
      return Optional.of("unreadable");
    }
  }

  private void createServiceAccountKey() throws IOException {
    Path keyFile = serviceAccountKey();
    Path publicFile = serviceAccountPublicKey();
    if (!Files.exists(keyFile)) {
      if (Files.exists(publicFile)) {
        throw new PkiException(
            keyFile
                + ": is missing while "
                + publicFile
                + " is there: put it back, or remove the latter (all tokens become void)");
      }
      KeyPair keys = CertificateAuthority.newRsaKeys();
      PkiFiles.writePrivate(keyFile, Pem.encode(keys.getPrivate()));
      PkiFiles.writePublic(publicFile, Pem.encode(keys.getPublic()));
    } else if (!Files.exists(publicFile)) {
      PrivateKey key = Pem.privateKey(PkiFiles.read(keyFile), keyFile.toString());
      PkiFiles.writePublic(publicFile, Pem.encode(Chains.publicKeyOf(key, keyFile.toString())));
    }
  }
}
