package kontiki.pki.ca;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole PKI directory and says what is wrong with it; changes nothing. One use, one thread.
 */
final class PkiVerifier {
  private static final int KEY_CERT_SIGN = 5;

  private final PkiDirectory directory;
  private final Instant now;
  private final List<String> defects = new ArrayList<>();

  private PkiVerifier(PkiDirectory directory, Instant now) {
    this.directory = directory;
    this.now = now;
  }

  /** One line a defect, each beginning with the file; empty if all is well. */
  static List<String> verify(PkiDirectory directory, Instant now) throws IOException {
    PkiVerifier verifier = new PkiVerifier(directory, now);
    for (CertificateSet set : CertificateSet.values()) {
      verifier.checkSet(set);
    }
    verifier.checkServiceAccountKey();
    return List.copyOf(verifier.defects);
  }

  /** The names of a set's leaves that have a certificate or a key, in their order. */
  static List<String> names(PkiDirectory directory, CertificateSet set) throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory.root().resolve(set.directory()), "*.{crt,key}")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        names.add(name.substring(0, name.length() - ".crt".length()));
      }
    }
    names.remove("ca");
    return List.copyOf(names);
  }

  private void checkSet(CertificateSet set) throws IOException {
    if (!Files.isDirectory(directory.root().resolve(set.directory()))) {
      defects.add(directory.root().resolve(set.directory()) + ": the set is missing");
      return;
    }
    List<X509Certificate> authorities = checkAuthority(set);
    List<String> names = names(directory, set);
    for (String name : names) {
      checkLeaf(set, name, authorities);
    }
    for (String needed : LeafPlan.alwaysThere(set)) {
      if (!names.contains(needed)) {
        defects.add(directory.certificate(set, needed) + ": is missing");
      }
    }
  }

  private List<X509Certificate> checkAuthority(CertificateSet set) throws IOException {
    Path file = directory.authority(set);
    List<X509Certificate> bundle = certificates(file);
    for (X509Certificate authority : bundle) {
      boolean[] usage = authority.getKeyUsage();
      boolean signs = usage != null && usage[KEY_CERT_SIGN];
      if (authority.getBasicConstraints() < 0 || !signs) {
        defects.add(file + ": is not an authority: it may not sign certificates");
      }
      checkTime(file, authority);
    }
    Path keyFile = directory.authorityKey(set);
    if (!bundle.isEmpty() && Files.exists(keyFile)) {
      PrivateKey key = key(keyFile);
      if (key != null && bundle.stream().noneMatch(one -> Pem.matches(one, key))) {
        defects.add(keyFile + ": does not belong to " + file);
      }
    }
    return bundle;
  }

  private void checkLeaf(CertificateSet set, String name, List<X509Certificate> authorities)
      throws IOException {
    Path file = directory.certificate(set, name);
    List<X509Certificate> chain = certificates(file);
    Path keyFile = directory.key(set, name);
    PrivateKey key = key(keyFile);
    if (chain.isEmpty()) {
      return;
    }
    X509Certificate leaf = chain.getFirst();
    if (key != null && !Pem.matches(leaf, key)) {
      defects.add(keyFile + ": does not belong to " + file);
    }
    checkTime(file, leaf);
    if (!authorities.isEmpty()) {
      checkChain(file, chain, authorities);
    }
    LeafPlan.Use use = LeafPlan.use(set, name);
    if (!Chains.purposes(leaf).equals(Chains.purposes(use))) {
      defects.add(file + ": its extended key usage is not that of a " + use.text());
    }
    if (use.server && Chains.sans(leaf).isEmpty()) {
      defects.add(file + ": has no subject alternative name: no client can accept it");
    }
  }

  /** At the certificate's own time: that it has expired is said elsewhere. */
  private void checkChain(
      Path file, List<X509Certificate> chain, List<X509Certificate> authorities) {
    try {
      PKIXParameters parameters =
          new PKIXParameters(
              authorities.stream()
                  .map(authority -> new TrustAnchor(authority, null))
                  .collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(chain.getFirst().getNotAfter().toInstant()));
      var result =
          CertPathValidator.getInstance("PKIX")
              .validate(
                  CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
      assert result != null;
    } catch (CertPathValidatorException e) {
      defects.add(file + ": does not chain to the set's authority: " + e.getMessage());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot validate chains", e);
    }
  }

  private void checkTime(Path file, X509Certificate certificate) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (until.isBefore(now)) {
      defects.add(file + ": expired on " + until);
    } else if (from.isAfter(now)) {
      defects.add(file + ": is valid only from " + from + ": is this machine's clock right?");
    }
  }

  private void checkServiceAccountKey() throws IOException {
    PrivateKey key = key(directory.serviceAccountKey());
    Path publicFile = directory.serviceAccountPublicKey();
    if (!Files.exists(publicFile)) {
      defects.add(publicFile + ": is missing");
    } else if (key != null) {
      try {
        PublicKey publicKey = Pem.publicKey(PkiFiles.read(publicFile), publicFile.toString());
        if (!Pem.matches(publicKey, key)) {
          defects.add(publicFile + ": does not belong to " + directory.serviceAccountKey());
        }
      } catch (PkiException e) {
        defects.add(e.getMessage());
      }
    }
  }

  private List<X509Certificate> certificates(Path file) throws IOException {
    if (!Files.exists(file)) {
      defects.add(file + ": is missing");
      return List.of();
    }
    try {
      return Pem.certificates(PkiFiles.read(file), file.toString());
    } catch (PkiException e) {
      defects.add(e.getMessage());
      return List.of();
    }
  }

  /** Also checks that nobody but its owner can read it. */
  private @Nullable PrivateKey key(Path file) throws IOException {
    if (!Files.exists(file)) {
      defects.add(file + ": is missing");
      return null;
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    if (!PosixFilePermissions.fromString("rw-------").containsAll(mode)) {
      defects.add(
          file
              + ": can be read by others ("
              + PosixFilePermissions.toString(mode)
              + "): chmod 600 it");
    }
    try {
      return Pem.privateKey(PkiFiles.read(file), file.toString());
    } catch (PkiException e) {
      defects.add(e.getMessage());
      return null;
    }
  }
}
