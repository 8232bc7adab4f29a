package kontiki.pki.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import kontiki.pki.ca.Pem;
import kontiki.pki.ca.PkiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this process is, and whom it trusts, on one hop: a certificate chain with its key, and the
 * authorities of the peers.
 *
 * <p>An identity from files follows them: at most once in {@link #RECHECK} a handshake looks at
 * their time, size and inode, and a changed set is read. A set that does not fit together (a
 * rotation half done, a broken file) is refused with a warning, and the last good one stays in use.
 * Open connections go on; new ones use the new set, without resuming sessions of the old.
 *
 * <p>Thread-safe. Handshakes see one generation from start to end.
 */
public final class TlsIdentity {
  /** How stale a look at the files may be. */
  public static final Duration RECHECK = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);

  private final Source source;
  private final ReentrantLock reloading = new ReentrantLock();
  private final X509ExtendedKeyManager keyManager = new IdentityKeyManager(this::material);
  private final X509ExtendedTrustManager trustManager = new IdentityTrustManager(this::material);

  private volatile TlsMaterial current;
  private volatile long lookAgainNanos;
  private List<Stamp> stamps;
  private @Nullable SSLContext context;
  private long contextGeneration;
  private volatile long warnedGeneration;

  /** Where the parts come from. */
  private sealed interface Source {
    record FromFiles(@Nullable Path chain, @Nullable Path key, List<Path> trust)
        implements Source {}

    record FromText(@Nullable String chain, @Nullable String key, @Nullable String trust)
        implements Source {}
  }

  /** What changes when a file is replaced or rewritten. */
  private record Stamp(Path file, long modified, long size, @Nullable Object inode) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          file,
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          attributes.size(),
          attributes.fileKey());
    }
  }

  private TlsIdentity(Source source) {
    this.source = source;
    try {
      this.stamps = stamps();
      this.current = read(1);
    } catch (IOException e) {
      throw new PkiException(explain(e), e);
    }
    this.lookAgainNanos = System.nanoTime() + RECHECK.toNanos();
  }

  /**
   * An identity from PEM files, followed as they change.
   *
   * @param trust files with the authorities of the peers; together they are the bundle
   * @throws PkiException if a file is missing or unreadable, or the key is not the certificate's
   */
  public static TlsIdentity load(Path chain, Path key, Path... trust) {
    return new TlsIdentity(new Source.FromFiles(chain, key, List.of(trust)));
  }

  /** Trusts the authorities in the files and has no certificate of its own: a token's holder. */
  public static TlsIdentity trusting(Path... trust) {
    return new TlsIdentity(new Source.FromFiles(null, null, List.of(trust)));
  }

  /**
   * An identity from PEM text, as a kubeconfig carries it; never reloads.
   *
   * @param chain and {@code key}: both or neither
   * @param trust null means the authorities of the JDK
   */
  public static TlsIdentity ofPem(
      @Nullable String chain, @Nullable String key, @Nullable String trust) {
    return new TlsIdentity(new Source.FromText(chain, key, trust));
  }

  /** Own certificate first; empty if there is none. */
  public List<X509Certificate> certificateChain() {
    return material().chain();
  }

  /** The authorities that peers must chain to. */
  public List<X509Certificate> trustAnchors() {
    return material().anchors();
  }

  /** For libraries that take managers: always answers from the present generation. */
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /** For libraries that take managers: always answers from the present generation. */
  public X509ExtendedTrustManager trustManager() {
    return trustManager;
  }

  /**
   * A JDK context for the present generation; the same one until the identity changes. A new
   * generation gets a new context, so that no session of the old is resumed.
   */
  public SSLContext sslContext() {
    TlsMaterial material = material();
    reloading.lock();
    try {
      SSLContext made = context;
      if (made == null || contextGeneration != material.generation()) {
        made = SSLContext.getInstance("TLS");
        made.init(
            new KeyManager[] {new IdentityKeyManager(() -> material)},
            new TrustManager[] {material.trust()},
            null);
        context = made;
        contextGeneration = material.generation();
      }
      return made;
    } catch (GeneralSecurityException e) {
      throw new PkiException("cannot make a TLS context", e);
    } finally {
      reloading.unlock();
    }
  }

  /** Looks at the files now, however short ago that was; says whether a new set is in use. */
  public boolean reload() {
    reloading.lock();
    try {
      return reloadIfChanged();
    } finally {
      reloading.unlock();
    }
  }

  /** The present generation, after a look at the files if the last is too long ago. */
  TlsMaterial material() {
    long now = System.nanoTime();
    if (now - lookAgainNanos >= 0 && reloading.tryLock()) {
      try {
        reloadIfChanged();
      } finally {
        reloading.unlock();
      }
    }
    TlsMaterial material = current;
    if (warnedGeneration != material.generation()) {
      expired(material)
          .ifPresent(text -> {
            warnedGeneration = material.generation();
            LOG.warn("{}: peers will refuse it", text);
          });
    }
    return material;
  }

  /** That the own certificate has expired, in words that name its file; empty if it has not. */
  public Optional<String> expired() {
    return expired(current);
  }

  private Optional<String> expired(TlsMaterial material) {
    if (material.chain().isEmpty()) {
      return Optional.empty();
    }
    Instant until = material.chain().getFirst().getNotAfter().toInstant();
    String file =
        switch (source) {
          case Source.FromFiles files -> Objects.toString(files.chain);
          case Source.FromText text -> "client certificate " + subject(material);
        };
    return until.isBefore(InstantSource.system().instant())
        ? Optional.of(file + ": expired on " + until)
        : Optional.empty();
  }

  private boolean reloadIfChanged() {
    lookAgainNanos = System.nanoTime() + RECHECK.toNanos();
    try {
      List<Stamp> seen = stamps();
      if (seen.equals(stamps)) {
        return false;
      }
      // Kept even if the set is refused: the same broken set is reported once.
      stamps = seen;
      current = read(current.generation() + 1);
      LOG.info("reloaded identity subject={} files={}", subject(current), seen.size());
      return true;
    } catch (IOException | PkiException e) {
      String reason = e instanceof IOException io ? explain(io) : e.getMessage();
      LOG.warn("kept the identity in use, the new one is unusable: reason=\"{}\"", reason);
      return false;
    }
  }

  private List<Stamp> stamps() throws IOException {
    return switch (source) {
      case Source.FromText text -> List.of();
      case Source.FromFiles files -> {
        List<Stamp> seen = new ArrayList<>();
        if (files.chain != null && files.key != null) {
          seen.add(Stamp.of(files.chain));
          seen.add(Stamp.of(files.key));
        }
        for (Path bundle : files.trust) {
          seen.add(Stamp.of(bundle));
        }
        yield List.copyOf(seen);
      }
    };
  }

  private TlsMaterial read(long generation) throws IOException {
    List<X509Certificate> chain = List.of();
    List<X509Certificate> anchors = new ArrayList<>();
    PrivateKey key = null;
    switch (source) {
      case Source.FromFiles files -> {
        if (files.chain != null && files.key != null) {
          chain = Pem.certificates(text(files.chain), files.chain.toString());
          key = Pem.privateKey(text(files.key), files.key.toString());
        }
        for (Path bundle : files.trust) {
          anchors.addAll(Pem.certificates(text(bundle), bundle.toString()));
        }
      }
      case Source.FromText text -> {
        if (text.chain != null && text.key != null) {
          chain = Pem.certificates(text.chain, "client certificate");
          key = Pem.privateKey(text.key, "client key");
        }
        if (text.trust != null) {
          anchors.addAll(Pem.certificates(text.trust, "certificate authority"));
        }
      }
    }
    if (key != null && !Pem.matches(chain.getFirst(), key)) {
      throw new PkiException(describe() + ": the key does not belong to the certificate");
    }
    return TlsMaterial.of(generation, chain, key, List.copyOf(anchors));
  }

  private String describe() {
    return switch (source) {
      case Source.FromFiles files -> Objects.toString(files.key);
      case Source.FromText text -> "client key";
    };
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static String explain(IOException e) {
    return e instanceof NoSuchFileException missing
        ? missing.getFile() + ": no such file"
        : e.getMessage() + " (" + e.getClass().getSimpleName() + ")";
  }

  private static String subject(TlsMaterial material) {
    return material.chain().isEmpty()
        ? "none"
        : material.chain().getFirst().getSubjectX500Principal().getName();
  }
}
