package kontiki.kvstore.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiDirectory;

/** Store clients whose certificates openssl makes: with any common name, or with none. */
final class Bystander {
  private Bystander() {}

  /**
   * @param name of the files
   * @param subject such as {@code /O=nobody}
   */
  static void certify(PkiDirectory pki, String name, String subject)
      throws IOException, InterruptedException {
    CertificateSet set = CertificateSet.STORE_CLIENT;
    Path request = pki.certificate(set, name).resolveSibling(name + ".csr");
    run(
        List.of(
            "openssl",
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            subject,
            "-keyout",
            pki.key(set, name).toString(),
            "-out",
            request.toString()));
    run(
        List.of(
            "openssl",
            "x509",
            "-req",
            "-in",
            request.toString(),
            "-days",
            "1",
            "-CA",
            pki.authority(set).toString(),
            "-CAkey",
            pki.authorityKey(set).toString(),
            "-set_serial",
            "4711",
            "-out",
            pki.certificate(set, name).toString()));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(command + ": " + said);
    }
  }
}
