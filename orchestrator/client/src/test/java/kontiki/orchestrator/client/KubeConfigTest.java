package kontiki.orchestrator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeConfigTest {
  private static final String FOREIGN =
      """
      apiVersion: v1
      kind: Config
      clusters:
      - name: elsewhere
        cluster: {server: "https://10.0.0.1:6443/", certificate-authority: ca.crt, extra: kept}
      users:
      - name: me
        user: {token: abc}
      - name: plugin
        user: {exec: {command: aws}}
      contexts:
      - name: work
        context: {cluster: elsewhere, user: me, namespace: team}
      - name: cloud
        context: {cluster: elsewhere, user: plugin}
      current-context: work
      """;

  @TempDir private Path dir;

  private static KubeConfig kontiki() {
    return KubeConfig.of("kontiki", "kontiki-admin", "https://127.0.0.1:6443", "CA", "CERT", "KEY");
  }

  @Test
  void readsInlineCertificates() throws IOException {
    Connection connection = kontiki().connection();
    assertThat(connection.server()).hasToString("https://127.0.0.1:6443");
    assertThat(connection.authority().pem()).isEqualTo("CA");
    assertThat(connection.certificate()).isEqualTo(new PemSource.Inline("CERT"));
    assertThat(connection.toString()).doesNotContain("KEY");
  }

  @Test
  void readsFilesRelativeToItself() throws IOException {
    Path file = Files.writeString(dir.resolve("config"), FOREIGN);
    Files.writeString(dir.resolve("ca.crt"), "PEM");
    Connection connection = KubeConfig.load(file).connection();
    assertThat(connection.authority().pem()).isEqualTo("PEM");
    assertThat(connection.token()).isEqualTo("abc");
    assertThat(connection.namespace()).isEqualTo("team");
    assertThat(connection.server()).hasToString("https://10.0.0.1:6443");
  }

  @Test
  void mergesIntoAnExistingFileAndLeavesItAgain() throws IOException {
    KubeConfig before = KubeConfig.parse(FOREIGN, dir);
    Path file = dir.resolve("config");
    before.merge(kontiki()).withCurrentContext("kontiki").write(file);
    assertThat(Files.getPosixFilePermissions(file))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    KubeConfig merged = KubeConfig.load(file);
    assertThat(merged.contexts()).containsExactly("work", "cloud", "kontiki");
    assertThat(merged.currentContext()).isEqualTo("kontiki");
    assertThat(merged.yaml()).contains("extra: kept");
    assertThat(merged.connection("kontiki")).isEqualTo(kontiki().connection());
    KubeConfig after = merged.without("kontiki");
    assertThat(after.contexts()).containsExactly("work", "cloud");
    assertThat(after.yaml()).doesNotContain("127.0.0.1").contains("elsewhere");
    assertThat(after.currentContext()).isEmpty();
  }

  @Test
  void keepsAClusterThatAnotherContextUses() {
    KubeConfig after = KubeConfig.parse(FOREIGN, dir).without("work");
    assertThat(after.yaml()).contains("elsewhere").doesNotContain("token");
  }

  @Test
  void saysWhatIsWrong() {
    KubeConfig foreign = KubeConfig.parse(FOREIGN, dir);
    assertThatThrownBy(() -> foreign.connection("cloud")).hasMessageContaining("plug-in");
    assertThatThrownBy(() -> foreign.connection("nowhere"))
        .hasMessage("the kubeconfig has no context nowhere, only [work, cloud]");
    assertThatThrownBy(() -> KubeConfig.empty().connection()).hasMessageContaining("no current");
    assertThatThrownBy(() -> KubeConfig.load(dir.resolve("absent")))
        .hasMessageContaining("there is no kubeconfig");
    assertThatThrownBy(() -> KubeConfig.parse("a: [", dir)).hasMessageContaining("no YAML");
    assertThatThrownBy(() -> KubeConfig.parse("- a", dir)).hasMessageContaining("no mapping");
  }
}
