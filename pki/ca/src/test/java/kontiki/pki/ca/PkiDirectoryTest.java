package kontiki.pki.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiDirectoryTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  @TempDir Path folder;
  private Path root;
  private PkiDirectory pki;

  @BeforeEach
  void create() {
    root = folder.resolve("pki");
    pki = PkiDirectory.create(root, plan("10.200.0.1"), CLOCK);
  }

  private static ClusterPlan plan(String... apiServerSans) {
    return ClusterPlan.of(
        List.of(
            new ClusterPlan.Member("m1", List.of()),
            new ClusterPlan.Member("m2", List.of("store2.example.com"))),
        List.of(new ClusterPlan.NodePlan("kn1", List.of("10.200.0.11", "fd00::11"))),
        List.of(apiServerSans));
  }

  /** Every file with its content. */
  private Map<String, String> content() throws IOException {
    Map<String, String> content = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        content.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    return content;
  }

  private X509Certificate leaf(CertificateSet set, String name) throws IOException {
    Path file = pki.certificate(set, name);
    return Pem.certificates(Files.readString(file), file.toString()).getFirst();
  }

  @Test
  void makesEveryNameOfThePlan() throws IOException {
    assertThat(content().keySet().stream().filter(name -> name.endsWith(".crt")))
        .containsExactly(
            "apiserver-node/apiserver.crt",
            "apiserver-node/ca.crt",
            "apiserver-node/kn1-client.crt",
            "apiserver-node/kn1.crt",
            "apiserver/admin.crt",
            "apiserver/apiserver.crt",
            "apiserver/ca.crt",
            "apiserver/controllers.crt",
            "apiserver/proxy.crt",
            "apiserver/scheduler.crt",
            "node/ca.crt",
            "node/health.crt",
            "node/kn1.crt",
            "store-client/apiserver.crt",
            "store-client/ca.crt",
            "store-client/kv.crt",
            "store-client/m1.crt",
            "store-client/m2.crt",
            "store-peer/ca.crt",
            "store-peer/m1.crt",
            "store-peer/m2.crt");
    assertThat(Chains.sans(leaf(CertificateSet.API_SERVER, "apiserver")))
        .containsExactly(
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "localhost",
            "127.0.0.1",
            "10.96.0.1",
            "10.200.0.1");
    assertThat(
            leaf(CertificateSet.API_SERVER_NODE, "kn1-client").getSubjectX500Principal().getName())
        .isEqualTo("CN=system:node:kn1,O=system:nodes");
    assertThat(leaf(CertificateSet.API_SERVER, "admin").getSubjectX500Principal().getName())
        .isEqualTo("CN=kubernetes-admin,O=system:masters");
  }

  @Test
  void keepsKeysFromOthers() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        if (Files.isDirectory(file)) {
          assertThat(mode).as(file.toString()).isEqualTo("rwx------");
        } else if (file.toString().endsWith(".key")) {
          assertThat(mode).as(file.toString()).isEqualTo("rw-------");
        }
      }
    }
  }

  @Test
  void issuesFormsThatTheStandardAsksFor() throws Exception {
    X509Certificate authority = leaf(CertificateSet.NODE, "ca");
    X509Certificate leaf = leaf(CertificateSet.NODE, "kn1");
    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(authority.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(365)));
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
    assertThat(leaf.getSerialNumber().bitLength()).isEqualTo(128);
    assertThat(leaf.getSerialNumber().signum()).isEqualTo(1);
    assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(leaf.getExtendedKeyUsage()).containsExactly(Chains.SERVER_AUTH, Chains.CLIENT_AUTH);
    assertThat(leaf(CertificateSet.API_SERVER_NODE, "kn1").getExtendedKeyUsage())
        .containsExactly(Chains.SERVER_AUTH);
    assertThat(leaf(CertificateSet.STORE_CLIENT, "kv").getExtendedKeyUsage())
        .containsExactly(Chains.CLIENT_AUTH);
  }

  @Test
  void createsOnceAndThenChangesNothing() throws IOException {
    Map<String, String> before = content();
    PkiDirectory.create(root, plan("10.200.0.1"), CLOCK);
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void reissuesOnlyWhatMissesAName() throws IOException {
    Map<String, String> before = content();
    PkiDirectory.create(root, plan("10.200.0.1", "api.example.com"), CLOCK);
    assertThat(changed(before))
        .containsExactly("apiserver/apiserver.crt", "apiserver/apiserver.key");
    assertThat(Chains.sans(leaf(CertificateSet.API_SERVER, "apiserver")))
        .contains("10.200.0.1", "api.example.com");
    Map<String, String> wide = content();
    PkiDirectory.create(root, plan("10.200.0.1"), CLOCK);
    assertThat(changed(wide)).isEmpty();
  }

  private List<String> changed(Map<String, String> before) throws IOException {
    Map<String, String> after = content();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    return after.keySet().stream()
        .filter(name -> !after.get(name).equals(before.get(name)))
        .toList();
  }

  @Test
  void reissuesExpiredLeavesUnderTheSameAuthority() throws IOException {
    Map<String, String> before = content();
    PkiDirectory.create(
        root, plan("10.200.0.1"), InstantSource.fixed(NOW.plus(Duration.ofDays(366))));
    assertThat(changed(before))
        .hasSize(32)
        .noneMatch(name -> name.contains("/ca.") || name.contains("service-account"));
  }

  @Test
  void reissuesLeavesOfAnAuthorityThatWasReplacedOnPurpose() throws IOException {
    Files.delete(pki.certificate(CertificateSet.NODE, "kn1"));
    Files.delete(pki.certificate(CertificateSet.NODE, PkiDirectory.HEALTH));
    Files.delete(pki.authority(CertificateSet.NODE));
    Files.delete(pki.authorityKey(CertificateSet.NODE));
    Map<String, String> before = content();
    PkiDirectory.create(root, plan("10.200.0.1"), CLOCK);
    X509Certificate authority = leaf(CertificateSet.NODE, "ca");
    assertThat(Chains.signedBy(leaf(CertificateSet.NODE, "kn1"), authority)).isTrue();
    assertThat(content().get("node/kn1.key")).isNotEqualTo(before.get("node/kn1.key"));
  }

  @Test
  void mendsALeafOfWhichHalfIsLost() throws IOException {
    Files.delete(pki.key(CertificateSet.STORE_PEER, "m1"));
    Files.writeString(pki.certificate(CertificateSet.STORE_PEER, "m2"), "-----BEGIN CERT");
    PkiDirectory.create(root, plan("10.200.0.1"), CLOCK);
    assertThat(PkiVerifier.verify(pki, NOW)).isEmpty();
  }

  @Test
  void refusesAnAuthorityWhoseKeyIsAnothers() throws IOException {
    Path key = pki.authorityKey(CertificateSet.NODE);
    Files.copy(
        pki.authorityKey(CertificateSet.STORE_PEER),
        key,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    refused(key + ": does not belong to " + pki.authority(CertificateSet.NODE));
  }

  @Test
  void refusesToReplaceAnAuthorityThatIsHalfGone() throws IOException {
    Files.move(pki.authorityKey(CertificateSet.NODE), folder.resolve("kept.key"));
    refused("the key of the authority is missing");
    Files.move(folder.resolve("kept.key"), pki.authorityKey(CertificateSet.NODE));
    Files.delete(pki.authority(CertificateSet.NODE));
    refused("ca.crt: is missing while kn1.crt is there");
  }

  @Test
  void refusesAnExpiredAuthority() throws IOException {
    Map<String, String> before = content();
    assertThatThrownBy(() ->
            PkiDirectory.create(
                root, plan("10.200.0.1"), InstantSource.fixed(NOW.plus(Duration.ofDays(3651)))))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("the authority expired on 2036-04-28T12:00:00Z");
    assertThat(content()).isEqualTo(before);
  }

  private void refused(String why) throws IOException {
    Map<String, String> before = content();
    assertThatThrownBy(() -> PkiDirectory.create(root, plan("10.200.0.1"), CLOCK))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining(why);
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void refusesNamesThatAreTakenOrUnsafe() {
    assertThatThrownBy(() -> new ClusterPlan.Member("../m1", List.of()))
        .isInstanceOf(PkiException.class);
    assertThatThrownBy(() -> new ClusterPlan.NodePlan("CN=x", List.of()))
        .isInstanceOf(PkiException.class);
    ClusterPlan taken =
        ClusterPlan.of(List.of(new ClusterPlan.Member("kv", List.of())), List.of(), List.of());
    assertThatThrownBy(() -> PkiDirectory.create(folder.resolve("other"), taken, CLOCK))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("'kv' is taken");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  @Test
  void saysWhereItMayNotWrite() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> PkiDirectory.create(file.resolve("pki"), plan(), CLOCK))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }
}
