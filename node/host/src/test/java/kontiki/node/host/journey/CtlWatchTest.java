package kontiki.node.host.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code kontiki ctl get -w} in a process of its own, as people run it. */
@ExtendWith(SharedHouse.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CtlWatchTest {
  private static final String NAMESPACE = "watched";

  @TempDir Path folder;

  @Test
  void changesAreShownAsTheyCome(SmallHouse house) throws Exception {
    try (ApiClient admin = house.admin();
        RoleProcess table = watch(house, "table");
        RoleProcess names = watch(house, "name")) {
      Namespace namespace =
          new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build();
      assertThat(admin.resource(Namespace.class).create(namespace)).isNotNull();
      Resource<Secret> secrets = admin.resource(Secret.class).inNamespace(NAMESPACE);

      assertThat(secrets.create(secret("one"))).isNotNull();
      table.line(line -> line.matches("one +Opaque +1 +\\S+"));
      names.line(line -> line.equals("secret/one"));

      Map<String, String> more = Map.of("b", "Yg==");
      assertThat(secrets.mergePatch("one", Map.of("data", more))).isNotNull();
      table.line(line -> line.matches("one +Opaque +2 +\\S+"));

      assertThat(secrets.create(secret("two"))).isNotNull();
      table.line(line -> line.matches("two +Opaque +1 +\\S+"));
      names.line(line -> line.equals("secret/two"));
      secrets.delete("two", DeleteOptions.DEFAULT);

      // The headings once, then each change once: the last one is the deletion.
      assertThat(table.awaitLines(5).stream().map(line -> line.replaceAll(" +", " ")).toList())
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("NAME TYPE DATA AGE"),
              line -> assertThat(line).startsWith("one Opaque 1 "),
              line -> assertThat(line).startsWith("one Opaque 2 "),
              line -> assertThat(line).startsWith("two Opaque 1 "),
              line -> assertThat(line).startsWith("two Opaque 1 "));
      assertThat(names.awaitLines(4))
          .containsExactly("secret/one", "secret/one", "secret/two", "secret/two");
    }
  }

  private RoleProcess watch(SmallHouse house, String output) throws Exception {
    Path own = folder.resolve(output);
    assertThat(own.toFile().mkdir()).isTrue();
    List<String> arguments =
        List.of(
            "ctl",
            "get",
            "secrets",
            "-w",
            "--output=" + output,
            "--namespace=" + NAMESPACE,
            "--kubeconfig=" + house.adminKubeconfig());
    return RoleProcess.start(own, "warn", arguments);
  }

  private static Secret secret(String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .addToData("a", "YQ==")
        .build();
  }
}
