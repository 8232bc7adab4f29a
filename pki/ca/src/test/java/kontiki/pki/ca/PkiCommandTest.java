package kontiki.pki.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands, and openssl's opinion of what they made. */
class PkiCommandTest {
  @TempDir Path folder;
  private Path root;
  private PkiDirectory pki;

  private record Outcome(int code, String out) {}

  @BeforeEach
  void init() {
    root = folder.resolve("pki");
    Outcome made =
        run(
            "init",
            "--dir",
            root.toString(),
            "--members",
            "m1=10.0.0.1+s.example.com,m2",
            "--nodes",
            "n1=10.0.0.11",
            "--api-server-san",
            "10.0.0.1,api.example.com");
    assertThat(made)
        .isEqualTo(
            new Outcome(
                0,
                root + ": 5 authorities, 16 certificates and the service-account key are made\n"));
    pki = PkiDirectory.open(root);
  }

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine line = new CommandLine(new PkiCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(out));
    line.setExecutionExceptionHandler((failure, command, parsed) -> {
      out.append("error: ").append(failure.getMessage()).append('\n');
      return 1;
    });
    return new Outcome(line.execute(arguments), out.toString());
  }

  private Outcome verify() {
    return run("verify", "--dir", root.toString());
  }

  /** The lines of the defects, without the folder. */
  private List<String> defects() {
    Outcome found = verify();
    assertThat(found.code).isEqualTo(found.out.contains("as it must be") ? 0 : 1);
    return found.out.lines().map(line -> line.replace(root + "/", "")).toList();
  }

  @Test
  void listsAsKubeadmDoes() {
    Outcome listed = run("list", "--dir", root.toString());
    assertThat(listed.code).isZero();
    List<String> lines = listed.out.lines().toList();
    assertThat(lines.getFirst())
        .matches("CERTIFICATE +EXPIRES +RESIDUAL TIME +CERTIFICATE AUTHORITY +SET");
    assertThat(lines)
        .anyMatch(line ->
            line.matches(
                "admin +[A-Z][a-z]{2} \\d\\d, \\d{4} \\d\\d:\\d\\d UTC +364d"
                    + " +kontiki-apiserver-ca +apiserver"))
        .anyMatch(line -> line.matches("kontiki-node-ca +.* UTC +9y +node"))
        .hasSize(1 + 16 + 1 + 1 + 5);
  }

  @Test
  void findsNoDefectInWhatItMade() {
    assertThat(verify())
        .isEqualTo(new Outcome(0, root + ": every certificate and key is as it must be\n"));
  }

  @Test
  void saysEachDefectInALine() throws IOException {
    Files.setPosixFilePermissions(
        pki.key(CertificateSet.NODE, "n1"), PosixFilePermissions.fromString("rw-r--r--"));
    Files.delete(pki.key(CertificateSet.STORE_PEER, "m2"));
    Files.copy(
        pki.certificate(CertificateSet.API_SERVER, "proxy"),
        pki.certificate(CertificateSet.API_SERVER_NODE, "n1"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.delete(pki.serviceAccountPublicKey());
    assertThat(defects())
        .containsExactly(
            "store-peer/m2.key: is missing",
            "apiserver-node/n1.key: does not belong to "
                + pki.certificate(CertificateSet.API_SERVER_NODE, "n1")
                    .toString()
                    .replace(root + "/", ""),
            "apiserver-node/n1.crt: does not chain to the set's authority: "
                + "Path does not chain with any of the trust anchors",
            "apiserver-node/n1.crt: its extended key usage is not that of a server",
            "apiserver-node/n1.crt: has no subject alternative name: no client can accept it",
            "node/n1.key: can be read by others (rw-r--r--): chmod 600 it",
            "service-account.pub: is missing");
  }

  @Test
  void saysWhatHasExpired() throws IOException {
    Instant later = Instant.now().plus(Duration.ofDays(400));
    assertThat(PkiVerifier.verify(pki, later))
        .hasSize(16)
        .allMatch(line -> line.contains("expired on"));
    Instant early = Instant.now().minus(Duration.ofDays(2));
    assertThat(PkiVerifier.verify(pki, early))
        .hasSize(21)
        .allMatch(line -> line.contains("is this machine's clock right?"));
  }

  @Test
  void explainsWrongInput() {
    assertThat(run("verify", "--dir", folder.resolve("none").toString()))
        .isEqualTo(
            new Outcome(
                1,
                "error: "
                    + folder.resolve("none")
                    + ": no such directory: make it with `kontiki pki init`\n"));
    assertThat(run("init", "--dir", root.toString(), "--members", "M1").out)
        .startsWith("error: member name 'M1' is not a DNS name");
    assertThat(run("init", "--dir", root.toString(), "--members", "m1=").code).isEqualTo(2);
    assertThat(run("init", "--help").out).contains("--members", "kontiki pki init --dir pki");
  }

  @Test
  void opensslAgrees() throws Exception {
    for (CertificateSet set : CertificateSet.values()) {
      for (String name : PkiVerifier.names(pki, set)) {
        Path leaf = pki.certificate(set, name);
        for (boolean server : new boolean[] {true, false}) {
          LeafPlan.Use use = LeafPlan.use(set, name);
          Outcome verdict =
              openssl(
                  "verify",
                  "-x509_strict",
                  "-purpose",
                  server ? "sslserver" : "sslclient",
                  "-CAfile",
                  pki.authority(set).toString(),
                  leaf.toString());
          boolean allowed = server ? use.server : use.client;
          assertThat(verdict.code == 0).as(leaf + " " + verdict.out).isEqualTo(allowed);
        }
        String ofKey = openssl("pkey", "-pubout", "-in", pki.key(set, name).toString()).out;
        String ofLeaf = openssl("x509", "-pubkey", "-noout", "-in", leaf.toString()).out;
        assertThat(ofKey).isEqualTo(ofLeaf);
      }
    }
    String text =
        openssl(
                "x509",
                "-noout",
                "-text",
                "-in",
                pki.certificate(CertificateSet.STORE_CLIENT, "m1").toString())
            .out;
    assertThat(text)
        .contains("DNS:m1", "IP Address:10.0.0.1", "DNS:s.example.com", "IP Address:127.0.0.1")
        .contains("X509v3 Authority Key Identifier", "X509v3 Subject Key Identifier")
        .contains("NIST CURVE: P-256");
  }

  /** Keys in the older forms, as openssl writes them. */
  @Test
  void readsKeysOfOpensslsOtherForms() throws Exception {
    Path ec = folder.resolve("ec.pem");
    assertThat(openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", ec + "").code)
        .isZero();
    assertThat(Files.readString(ec)).contains("BEGIN EC PRIVATE KEY");
    Path ecPublic = folder.resolve("ec.pub");
    openssl("pkey", "-in", ec + "", "-pubout", "-out", ecPublic + "");
    assertThat(
            Pem.matches(
                Pem.publicKey(Files.readString(ecPublic), "pub"),
                Pem.privateKey(Files.readString(ec), "ec")))
        .isTrue();
    Path rsa = folder.resolve("rsa.pem");
    openssl("genrsa", "-traditional", "-out", rsa + "", "2048");
    assertThat(Files.readString(rsa)).contains("BEGIN RSA PRIVATE KEY");
    assertThat(Pem.privateKey(Files.readString(rsa), "rsa").getAlgorithm()).isEqualTo("RSA");
  }

  private static Outcome openssl(String... arguments) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed here");
    String[] command = new String[arguments.length + 1];
    command[0] = "/usr/bin/openssl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out);
  }
}
