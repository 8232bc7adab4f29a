package kontiki.node.host.bringup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClustersTest {

  @TempDir private Path folder;

  private ClusterSpec spec(String machine, Path where) {
    return new ClusterSpec("id", machine, where, 3, 2, Optional.of(Path.of("/h/.kube/config")));
  }

  @Test
  void aDescriptionIsReadAsItWasWritten() throws IOException {
    ClusterSpec spec = spec("m", folder);
    spec.write(new Layout(folder).spec());
    assertThat(ClusterSpec.read(new Layout(folder).spec())).contains(spec);
  }

  @Test
  void anEmptyFolderAndOnesOwnAreTaken() throws IOException {
    assertThatCode(() -> Clusters.checkFolder(folder.resolve("new"))).doesNotThrowAnyException();
    assertThatCode(() -> Clusters.checkFolder(folder)).doesNotThrowAnyException();
    spec(ClusterSpec.thisMachine(), folder).write(new Layout(folder).spec());
    assertThatCode(() -> Clusters.checkFolder(folder)).doesNotThrowAnyException();
  }

  @Test
  void aFolderOfSomethingElseIsRefusedAndUntouched() throws IOException {
    Path precious = Files.writeString(folder.resolve("thesis.txt"), "precious");
    assertThatThrownBy(() -> Clusters.checkFolder(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no cluster of Kontiki");
    assertThat(precious).hasContent("precious");
    assertThatThrownBy(() -> Clusters.checkFolder(precious))
        .hasMessageContaining("not a directory");
  }

  @Test
  void aClusterOfAnotherMachineOrPlaceIsRefused() throws IOException {
    spec("another-machine", folder).write(new Layout(folder).spec());
    assertThatThrownBy(() -> Clusters.checkFolder(folder)).hasMessageContaining("another machine");
    spec(ClusterSpec.thisMachine(), Path.of("/elsewhere")).write(new Layout(folder).spec());
    assertThatThrownBy(() -> Clusters.checkFolder(folder)).hasMessageContaining("/elsewhere");
  }

  @Test
  void aBrokenDescriptionIsAnErrorWithTheFile() throws IOException {
    Files.writeString(new Layout(folder).spec(), "{\"id\": \"x\"}");
    assertThatThrownBy(() -> Clusters.checkFolder(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cluster.json is not a cluster's description: it has no machine");
  }

  @Test
  void aClusterThatLivesElsewhereIsNotTouched() throws IOException {
    Optional<ClusterSpec> running = Optional.of(spec("m", folder));
    assertThatCode(() -> Clusters.checkOnlyHere(folder, running)).doesNotThrowAnyException();
    assertThatCode(() -> Clusters.checkOnlyHere(folder, Optional.empty()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Clusters.checkOnlyHere(folder.resolve("other"), running))
        .hasMessageContaining("is in " + folder + ", not in " + folder.resolve("other"))
        .hasMessageContaining("'./kontiki down --data-dir " + folder + "' ends it");
  }
}
