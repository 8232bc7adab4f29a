package kontiki.node.host.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void aListenerIsFoundWithItsHolder() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Listener listener =
          Listener.all().stream()
              .filter(one -> one.port() == socket.getLocalPort())
              .findFirst()
              .orElseThrow();
      assertThat(listener.takesLoopback()).isTrue();
      assertThat(listener.holder())
          .isEqualTo("java (process " + ProcessHandle.current().pid() + ")");
    }
  }

  @Test
  void aProcessThatHasEndedIsNotTakenForAnother() throws Exception {
    Process process = new ProcessBuilder("sleep", "1000").start();
    ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
    assertThat(identity.isAlive()).isTrue();
    assertThat(identity.name()).isEqualTo("sleep");
    assertThat(new ProcessIdentity(identity.pid(), identity.startTicks() + 1).isAlive()).isFalse();
    new ProcessIdentity(identity.pid(), identity.startTicks() + 1).kill();
    assertThat(identity.isAlive()).isTrue();
    identity.kill();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(identity.isAlive()).isFalse();
  }

  @Test
  void theEnvironmentOfAProcessIsRead() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sleep", "1000");
    builder.environment().put("KONTIKI_CLUSTER", "c-" + ProcessHandle.current().pid());
    builder.environment().put("KONTIKI_COMPONENT", "kn1/proxy");
    Process process = builder.start();
    try {
      ClusterProcesses processes = new ClusterProcesses("c-" + ProcessHandle.current().pid());
      assertThat(
              kontiki.node.host.teardown.Patience.until(
                  java.time.Duration.ofSeconds(5),
                  () -> processes.component("kn1/proxy").isPresent()))
          .isTrue();
      assertThat(processes.component("kn1/proxy").orElseThrow().pid()).isEqualTo(process.pid());
      assertThat(processes.component("kn1/kubelet")).isEmpty();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void anUnusualDataDirectoryIsAProblem() throws IOException {
    assertThat(Preflight.basics(Path.of("/a b"))).anyMatch(line -> line.contains("unusual"));
    assertThat(Preflight.basics(Path.of("/" + "x".repeat(80))))
        .anyMatch(line -> line.contains("too long"));
  }

  @Test
  void controllersThatVersionOneHasTakenAreMissed() {
    assertThat(Cgroups.missing("cpuset cpu io memory hugetlb pids rdma misc\n")).isEmpty();
    assertThat(Cgroups.missing("hugetlb\n")).containsExactly("cpu", "memory", "pids");
    assertThat(Cgroups.missing("\n")).containsExactly("cpu", "memory", "pids");
  }
}
