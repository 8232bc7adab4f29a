package kontiki.node.host.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.machine.ClusterProcesses;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.node.host.teardown.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Supervises small processes of the system. */
class SupervisorTest {

  @TempDir private Path folder;
  private ClusterSpec spec;
  private Thread supervisor;

  @BeforeEach
  void makeCluster() throws IOException {
    spec = new ClusterSpec(UUID.randomUUID().toString(), "m", folder, 1, 1, Optional.empty());
    Files.createDirectories(spec.layout().run());
    spec.write(spec.layout().spec());
  }

  @AfterEach
  void end() throws InterruptedException {
    stopSupervisor();
    processes().forEach(ProcessIdentity::kill);
    await(() -> processes().isEmpty());
  }

  private void stopSupervisor() throws InterruptedException {
    if (supervisor != null) {
      supervisor.interrupt();
      supervisor.join();
    }
  }

  private List<ProcessIdentity> processes() {
    return new ClusterProcesses(spec.id()).all();
  }

  private Component component(String name, String script, String... needs) {
    return new Component(
        name,
        List.of("sh", "-c", script),
        Launcher.mark(spec, name),
        spec.layout().log(name),
        List.of(needs),
        new Probe.Alive());
  }

  private void supervise(Component... components) {
    Supervisor one = new Supervisor(spec, List.of(components), InstantSource.system());
    supervisor =
        Thread.ofPlatform()
            .start(() -> {
              try {
                one.run();
              } catch (InterruptedException | IOException ended) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private ComponentReport report(String name) {
    try {
      return StateFile.read(spec.layout().state()).stream()
          .filter(one -> one.name().equals(name))
          .findFirst()
          .orElse(
              new ComponentReport(
                  name, Phase.WAITING, Optional.empty(), java.time.Instant.EPOCH, 0, ""));
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private boolean runs(String name) {
    return report(name).phase() == Phase.RUNNING;
  }

  private static void await(BooleanSupplier condition) {
    assertThat(Patience.until(Duration.ofSeconds(20), condition)).isTrue();
  }

  @Test
  void aKilledComponentIsStartedAgain() {
    supervise(component("kn1/kubelet", "exec sleep 1000"));
    await(() -> runs("kn1/kubelet"));
    ProcessIdentity first = report("kn1/kubelet").process().orElseThrow();
    first.kill();
    await(() -> runs("kn1/kubelet") && report("kn1/kubelet").restarts() == 1);
    assertThat(report("kn1/kubelet").process()).get().isNotEqualTo(first);
    assertThat(first.isAlive()).isFalse();
  }

  @Test
  void whatIsNeededComesFirst() throws IOException {
    Path order = folder.resolve("order");
    supervise(
        component("b", "echo b >>" + order + "; exec sleep 1000", "a"),
        component("a", "echo a >>" + order + "; exec sleep 1000"));
    await(() -> runs("a") && runs("b"));
    assertThat(Files.readAllLines(order)).containsExactly("a", "b");
  }

  @Test
  void componentsOutliveTheSupervisorAndTheNextOneAdoptsThem() throws InterruptedException {
    Component component = component("store-m1", "exec sleep 1000");
    supervise(component);
    await(() -> runs("store-m1"));
    ProcessIdentity process = report("store-m1").process().orElseThrow();
    stopSupervisor();
    assertThat(process.isAlive()).isTrue();
    supervise(component);
    await(() -> runs("store-m1"));
    assertThat(report("store-m1").process()).contains(process);
    assertThat(processes()).containsExactly(process);
    process.kill();
    await(() -> runs("store-m1") && !report("store-m1").process().equals(Optional.of(process)));
  }

  @Test
  void whatFailsIsReportedWithItsReasonAndItsLog() {
    supervise(component("x", "echo 'error: no such thing'; exit 3"));
    await(() -> report("x").restarts() >= 1);
    assertThat(report("x").problem()).isEqualTo("it ended with exit code 3");
    assertThat(LogFile.lastError(spec.layout().log("x"))).contains("error: no such thing");
  }

  @Test
  void itEndsWhenTheClusterIsGone() throws IOException, InterruptedException {
    supervise(component("x", "exec sleep 1000"));
    await(() -> runs("x"));
    Files.delete(spec.layout().spec());
    assertThat(supervisor.join(Duration.ofSeconds(10))).isTrue();
  }
}
