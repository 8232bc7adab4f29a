package kontiki.node.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kontiki.node.cri.pb.Image;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which images no registry can have a newer version of. */
class ImagePullsTest {

  private static Image withDigests(String... repositories) {
    return Image.newBuilder()
        .addAllRepoDigests(List.of(repositories).stream().map(one -> one + "@sha256:0").toList())
        .build();
  }

  @Test
  void anImportedImageStaysOneWhenARegistryHasItsContentUnderAnotherName() {
    assertThat(ImagePulls.imported("kontiki/kubia", withDigests())).isTrue();
    assertThat(ImagePulls.imported("kontiki/kubia", withDigests("127.0.0.1:5000/kubia"))).isTrue();
    assertThat(ImagePulls.imported("127.0.0.1:5000/kubia", withDigests("127.0.0.1:5000/kubia")))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "kontiki/kubia, docker.io/kontiki/kubia",
    "kontiki/kubia:latest, docker.io/kontiki/kubia",
    "busybox, docker.io/library/busybox",
    "busybox:1.36, docker.io/library/busybox",
    "localhost/a/b, localhost/a/b",
    "registry.example:5000/pause:3.9, registry.example:5000/pause",
    "127.0.0.1:5000/kubia:v1, 127.0.0.1:5000/kubia",
    "127.0.0.1:5000/kubia@sha256:0, 127.0.0.1:5000/kubia"
  })
  void aPulledImageHasADigestOfItsOwnRepository(String name, String repository) {
    assertThat(ImagePulls.imported(name, withDigests(repository))).isFalse();
    assertThat(ImagePulls.imported(name, withDigests(repository + "x"))).isTrue();
  }
}
