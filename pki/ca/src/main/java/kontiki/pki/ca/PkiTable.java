package kontiki.pki.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The certificates of a directory as a table, in the columns of {@code kubeadm certs
 * check-expiration}. Stateless.
 */
final class PkiTable {
  private static final DateTimeFormatter EXPIRES =
      DateTimeFormatter.ofPattern("MMM dd, yyyy HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private PkiTable() {}

  static List<String> of(PkiDirectory directory, Instant now) throws IOException {
    List<List<String>> leaves = new ArrayList<>();
    List<List<String>> authorities = new ArrayList<>();
    leaves.add(List.of("CERTIFICATE", "EXPIRES", "RESIDUAL TIME", "CERTIFICATE AUTHORITY", "SET"));
    authorities.add(List.of("CERTIFICATE AUTHORITY", "EXPIRES", "RESIDUAL TIME", "SET"));
    for (CertificateSet set : CertificateSet.values()) {
      if (!Files.isDirectory(directory.root().resolve(set.directory()))) {
        continue;
      }
      for (String name : PkiVerifier.names(directory, set)) {
        leaves.add(leaf(directory.certificate(set, name), name, set, now));
      }
      if (Files.exists(directory.authority(set))) {
        for (X509Certificate one : certificates(directory.authority(set))) {
          String name = commonName(one.getSubjectX500Principal().getName());
          authorities.add(List.of(name, expires(one), residual(one, now), set.directory()));
        }
      }
    }
    List<String> lines = new ArrayList<>(align(leaves));
    lines.add("");
    lines.addAll(align(authorities));
    return lines;
  }

  private static List<String> leaf(Path file, String name, CertificateSet set, Instant now)
      throws IOException {
    if (!Files.exists(file)) {
      return List.of(name, "<missing>", "", "", set.directory());
    }
    X509Certificate certificate = certificates(file).getFirst();
    return List.of(
        name,
        expires(certificate),
        residual(certificate, now),
        commonName(certificate.getIssuerX500Principal().getName()),
        set.directory());
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    return Pem.certificates(PkiFiles.read(file), file.toString());
  }

  private static String expires(X509Certificate certificate) {
    return EXPIRES.format(certificate.getNotAfter().toInstant());
  }

  private static String residual(X509Certificate certificate, Instant now) {
    return residual(Duration.between(now, certificate.getNotAfter().toInstant()));
  }

  /** As Kubernetes prints short durations: the largest unit alone. */
  static String residual(Duration left) {
    if (left.isNegative()) {
      return "<expired>";
    }
    long days = left.toDays();
    if (days >= 365) {
      return days / 365 + "y";
    }
    if (days > 0) {
      return days + "d";
    }
    if (left.toHours() > 0) {
      return left.toHours() + "h";
    }
    return left.toMinutes() > 0 ? left.toMinutes() + "m" : left.toSeconds() + "s";
  }

  private static String commonName(String principal) {
    for (String part : principal.split(",")) {
      if (part.startsWith("CN=")) {
        return part.substring(3);
      }
    }
    return principal;
  }

  private static List<String> align(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 3);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
