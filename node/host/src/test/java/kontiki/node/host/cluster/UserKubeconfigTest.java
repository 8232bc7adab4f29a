package kontiki.node.host.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import kontiki.orchestrator.client.KubeConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserKubeconfigTest {

  private static final KubeConfig ADDED =
      KubeConfig.of("kontiki", "kontiki", "https://127.0.0.1:6443", "ca", "cert", "key");

  private static final String OTHERS =
      """
      # my clusters
      apiVersion: v1
      kind: Config
      current-context: work
      contexts:
      - name: work
        context: {cluster: work, user: me}
      clusters:
      - name: work
        cluster: {server: "https://work:6443"}
      users:
      - name: me
        user: {token: secret}
      """;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void place() {
    file = folder.resolve(".kube/config");
  }

  @Test
  void withoutAFileOneIsMadeAndTakenAway() throws IOException {
    new UserKubeconfig(file).merge(ADDED);
    assertThat(KubeConfig.load(file).currentContext()).isEqualTo("kontiki");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    new UserKubeconfig(file).remove("kontiki");
    assertThat(file).doesNotExist();
  }

  @Test
  void entriesOfOthersStayAndTheFileComesBackAsItWas() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, OTHERS);
    new UserKubeconfig(file).merge(ADDED);
    new UserKubeconfig(file).merge(ADDED);
    assertThat(KubeConfig.load(file).contexts()).containsExactly("work", "kontiki");
    assertThat(folder.resolve(".kube/config.before-kontiki")).hasContent(OTHERS);
    new UserKubeconfig(file).remove("kontiki");
    assertThat(Files.readString(file)).isEqualTo(OTHERS);
    assertThat(folder.resolve(".kube/config.before-kontiki")).doesNotExist();
  }

  @Test
  void whatWasAddedMeanwhileIsKept() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, OTHERS);
    UserKubeconfig user = new UserKubeconfig(file);
    user.merge(ADDED);
    KubeConfig more = KubeConfig.of("new", "new", "https://new:6443", "ca", "cert", "key");
    KubeConfig.load(file).merge(more).write(file);
    user.remove("kontiki");
    assertThat(KubeConfig.load(file).contexts()).containsExactly("work", "new");
    assertThat(folder.resolve(".kube/config.before-kontiki")).hasContent(OTHERS);
  }

  @Test
  void aBrokenFileIsRefusedAndStaysAsItIs() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "not: [yaml");
    UserKubeconfig user = new UserKubeconfig(file);
    assertThatThrownBy(user::check)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " is no kubeconfig");
    assertThatThrownBy(() -> user.merge(ADDED)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> user.remove("kontiki")).isInstanceOf(IOException.class);
    assertThat(file).hasContent("not: [yaml");
    assertThat(folder.resolve(".kube/config.before-kontiki")).doesNotExist();
  }
}
