package kontiki.node.kubelet.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodPlanTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

  private final List<SandboxRun> sandboxes = new ArrayList<>();
  private final List<ContainerRun> containers = new ArrayList<>();
  private Health health = Health.GOOD;
  private Map<String, CrashLoop> crashLoops = Map.of();

  @Test
  void aNewPodGetsASandboxThenItsContainers() {
    PodSpec spec = spec("Always", container("a"), container("b"));
    assertThat(decide(spec).sandboxAttempt()).isZero();
    assertThat(decide(spec).starts()).isEmpty();
    sandbox("s", 0, true);
    assertThat(decide(spec).starts())
        .containsExactly(new PodActions.Start("a", 0), new PodActions.Start("b", 0));
    run("s", "a", 0, ContainerRun.State.RUNNING, 0);
    run("s", "b", 0, ContainerRun.State.RUNNING, 0);
    assertThat(decide(spec).idle()).isTrue();
  }

  @Test
  void aDeadSandboxIsReplacedWithTheNextAttempt() {
    PodSpec spec = spec("Always", container("a"));
    sandbox("s", 4, false);
    run("s", "a", 0, ContainerRun.State.EXITED, 137);
    PodActions actions = decide(spec);
    assertThat(actions.sandboxAttempt()).isEqualTo(5);
    assertThat(actions.stopPod()).isFalse();
    assertThat(decide(spec("Never", container("a"))).sandboxAttempt()).isNull();
  }

  @Test
  void aSandboxWithoutAnAddressIsNotUsed() {
    PodSpec spec = spec("Always", container("a"));
    sandboxes.add(new SandboxRun("s", 0, true, false, NOW, List.of()));
    assertThat(decide(spec).sandboxAttempt()).isEqualTo(1);
    assertThat(decide(spec).stopPod()).isTrue();
  }

  @Test
  void initContainersRunOneByOneToSuccess() {
    PodSpec spec =
        new PodSpecBuilder(spec("Always", container("main")))
            .addToInitContainers(container("i1"), container("i2"))
            .build();
    sandbox("s", 0, true);
    assertThat(decide(spec).starts()).containsExactly(new PodActions.Start("i1", 0));
    run("s", "i1", 0, ContainerRun.State.RUNNING, 0);
    assertThat(decide(spec).idle()).isTrue();
    containers.clear();
    run("s", "i1", 0, ContainerRun.State.EXITED, 0);
    assertThat(decide(spec).starts()).containsExactly(new PodActions.Start("i2", 0));
    run("s", "i2", 0, ContainerRun.State.EXITED, 0);
    assertThat(decide(spec).starts()).containsExactly(new PodActions.Start("main", 0));
  }

  @Test
  void aNewSandboxRunsTheInitContainersAgain() {
    PodSpec spec =
        new PodSpecBuilder(spec("Always", container("main")))
            .addToInitContainers(container("init"))
            .build();
    sandbox("old", 0, false);
    run("old", "init", 0, ContainerRun.State.EXITED, 0);
    run("old", "main", 0, ContainerRun.State.EXITED, 137);
    sandboxes.add(new SandboxRun("new", 1, true, false, NOW, List.of("10.0.0.2")));
    assertThat(decide(spec).starts()).containsExactly(new PodActions.Start("init", 1));
  }

  @Test
  void aFailedInitContainerEndsAPodThatNeverRestarts() {
    PodSpec spec =
        new PodSpecBuilder(spec("Never", container("main")))
            .addToInitContainers(container("init"))
            .build();
    sandbox("s", 0, true);
    run("s", "init", 0, ContainerRun.State.EXITED, 1);
    PodActions actions = decide(spec);
    assertThat(actions.stopPod()).isTrue();
    assertThat(actions.starts()).isEmpty();
  }

  @Test
  void aSidecarOnlyHasToHaveStartedAndIsKeptUp() {
    Container sidecar = new ContainerBuilder(container("side")).withRestartPolicy("Always").build();
    PodSpec spec =
        new PodSpecBuilder(spec("Never", container("main"))).addToInitContainers(sidecar).build();
    sandbox("s", 0, true);
    assertThat(decide(spec).starts()).containsExactly(new PodActions.Start("side", 0));
    ContainerRun side = run("s", "side", 0, ContainerRun.State.RUNNING, 0);
    health = new Health(Set.of(side.id()), Set.of(), Map.of());
    assertThat(decide(spec).idle()).as("its startup probe has not succeeded").isTrue();
    health = Health.GOOD;
    assertThat(decide(spec).starts()).containsExactly(new PodActions.Start("main", 0));
    run("s", "main", 0, ContainerRun.State.RUNNING, 0);
    containers.remove(side);
    run("s", "side", 0, ContainerRun.State.EXITED, 1);
    assertThat(decide(spec).starts()).containsExactly(new PodActions.Start("side", 1));
    containers.removeIf(run -> run.name().equals("main"));
    run("s", "main", 0, ContainerRun.State.EXITED, 0);
    containers.removeIf(run -> run.name().equals("side"));
    run("s", "side", 1, ContainerRun.State.RUNNING, 0);
    assertThat(decide(spec).stopPod()).as("the sidecar does not keep the pod alive").isTrue();
  }

  @Test
  void restartPoliciesDecideWhatRunsAgain() {
    sandbox("s", 0, true);
    run("s", "a", 0, ContainerRun.State.EXITED, 0);
    assertThat(decide(spec("Always", container("a"))).starts()).hasSize(1);
    assertThat(decide(spec("OnFailure", container("a"))).stopPod()).isTrue();
    assertThat(decide(spec("Never", container("a"))).stopPod()).isTrue();
    containers.clear();
    run("s", "a", 0, ContainerRun.State.EXITED, 9);
    assertThat(decide(spec("OnFailure", container("a"))).starts())
        .containsExactly(new PodActions.Start("a", 1));
    assertThat(decide(spec("Never", container("a"))).stopPod()).isTrue();
  }

  @Test
  void theBackOffDoublesToFiveMinutesAndIsForgotten() {
    PodSpec spec = spec("Always", container("a"));
    sandbox("s", 0, true);
    run("s", "a", 0, ContainerRun.State.EXITED, 1);
    PodActions first = decide(spec);
    assertThat(first.starts()).as("the first restart is at once").hasSize(1);
    assertThat(first.crashLoops()).containsEntry("a", new CrashLoop(Duration.ofSeconds(10), NOW));

    crashLoops = first.crashLoops();
    PodActions second = decide(spec);
    assertThat(second.starts()).isEmpty();
    assertThat(second.backingOff()).containsEntry("a", Duration.ofSeconds(10));
    assertThat(second.wakeAt()).isEqualTo(containers.getFirst().endedAt().plusSeconds(10));

    CrashLoop loop = new CrashLoop(Duration.ofSeconds(10), NOW.minusSeconds(60));
    Instant ended = NOW.minusSeconds(20);
    for (int seconds : new int[] {20, 40, 80, 160, 300, 300}) {
      loop = CrashLoop.next(loop, ended, NOW);
      assertThat(loop.delay()).hasSeconds(seconds);
    }
    CrashLoop old = new CrashLoop(Duration.ofMinutes(5), NOW.minusSeconds(3600));
    assertThat(CrashLoop.next(old, NOW, NOW).delay()).hasSeconds(10);
    assertThat(CrashLoop.mayStartAt(old, NOW)).isEqualTo(NOW);
  }

  @Test
  void aChangedImageOrAFailedProbeStopsTheContainer() {
    sandbox("s", 0, true);
    ContainerRun run = run("s", "a", 0, ContainerRun.State.RUNNING, 0);
    Container changed = new ContainerBuilder(container("a")).withImage("other").build();
    assertThat(decide(spec("Always", changed)).kills())
        .extracting(PodActions.Kill::containerId)
        .containsExactly(run.id());
    health = new Health(Set.of(), Set.of(), Map.of(run.id(), "liveness"));
    assertThat(decide(spec("Always", container("a"))).kills())
        .extracting(PodActions.Kill::message)
        .containsExactly("Container a failed liveness probe, will be restarted");
  }

  @Test
  void anEndedPodIsStoppedOnce() {
    PodSpec spec = spec("Never", container("a"));
    sandbox("s", 0, false);
    run("s", "a", 0, ContainerRun.State.EXITED, 0);
    assertThat(decide(spec).idle()).isTrue();
  }

  private PodActions decide(PodSpec spec) {
    return PodPlan.decide(
        new PodPlan.Input(spec, new PodRuns(sandboxes, containers), health, crashLoops, NOW));
  }

  private void sandbox(String id, int attempt, boolean ready) {
    sandboxes.add(
        new SandboxRun(
            id,
            attempt,
            ready,
            false,
            NOW.minusSeconds(60),
            ready ? List.of("10.0.0.1") : List.of()));
  }

  private ContainerRun run(
      String sandbox, String name, int attempt, ContainerRun.State state, int exitCode) {
    ContainerRun run =
        new ContainerRun(
            sandbox + name + attempt,
            sandbox,
            name,
            attempt,
            state,
            NOW.minusSeconds(50),
            NOW.minusSeconds(49),
            state == ContainerRun.State.EXITED ? NOW.minusSeconds(1) : null,
            exitCode,
            "",
            "",
            "image",
            "sha256:1",
            SpecHash.of(container(name)),
            null);
    containers.add(run);
    return run;
  }

  private static Container container(String name) {
    return new ContainerBuilder().withName(name).withImage("image").build();
  }

  private static PodSpec spec(String policy, Container... containers) {
    return new PodSpecBuilder().withRestartPolicy(policy).addToContainers(containers).build();
  }
}
