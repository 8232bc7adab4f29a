package kontiki.orchestrator.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.InformerSet;
import kontiki.orchestrator.client.ListOptions;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.memory.MemoryApi;
import kontiki.orchestrator.client.memory.SteppingClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scheduler against an API server in memory, with faults: no node ever gets too much. */
class SchedulerSimulationTest {
  private final SteppingClock clock = new SteppingClock();
  private final List<String> events = new ArrayList<>();
  private final List<Runnable> bindings = new ArrayList<>();

  private final class World {
    private final RandomGenerator random;
    private final MemoryApi api;
    private final ApiClient client;
    private final ClusterView view;
    private final Scheduler scheduler;

    World(long seed) {
      System.out.println("simulation seed=" + seed);
      random = new java.util.Random(seed);
      api = new MemoryApi(clock, random);
      client = new ApiClient(api);
      view = new ClusterView(new InformerSet(client, clock, random), clock, "default-scheduler");
      scheduler =
          new Scheduler(
              client.resource(Pod.class), view, new Notes(), bindings::add, clock, random);
    }

    Resource<Pod> pods() {
      return client.resource(Pod.class).inNamespace("default");
    }

    void act() throws InterruptedException {
      switch (random.nextInt(8)) {
        case 0 -> scheduler.step();
        case 1 -> clock.advance(Duration.ofMillis(random.nextInt(500)));
        case 2 -> {
          if (!bindings.isEmpty()) {
            bindings.remove(random.nextInt(bindings.size())).run();
          }
        }
        default -> {
          List<Informer<?>> all = view.informers().all();
          all.get(random.nextInt(all.size())).poll();
        }
      }
    }

    void settle(BooleanSupplier goal) throws InterruptedException {
      for (int i = 0; i < 400; i++) {
        for (Informer<?> informer : view.informers().all()) {
          while (informer.poll()) {}
        }
        while (scheduler.step()) {}
        while (!bindings.isEmpty()) {
          bindings.remove(0).run();
        }
        if (goal.getAsBoolean()) {
          return;
        }
        clock.advance(Duration.ofMillis(500));
      }
      throw new AssertionError("not settled: " + events);
    }

    Map<String, Integer> load() {
      Map<String, Integer> out = new HashMap<>();
      for (Pod pod : pods().listAll(ListOptions.ALL).items()) {
        if (!Pods.nodeName(pod).isEmpty()) {
          out.merge(Pods.nodeName(pod), 1, Integer::sum);
        }
      }
      return out;
    }
  }

  private static Node node(String name) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewStatus()
        .addToAllocatable("cpu", new Quantity("1"))
        .addToAllocatable("memory", new Quantity("4Gi"))
        .addToAllocatable("pods", new Quantity("10"))
        .endStatus()
        .build();
  }

  private static Pod pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("c")
        .withNewResources()
        .addToRequests("cpu", new Quantity("300m"))
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void neverOverloadsANodeAndFillsThemAll(long seed) throws InterruptedException {
    World world = new World(seed);
    world.client.resource(Node.class).create(node("a"));
    world.client.resource(Node.class).create(node("b"));
    for (int i = 0; i < 8; i++) {
      world.pods().create(pod("p" + i));
    }
    for (int i = 0; i < 800; i++) {
      int dice = world.random.nextInt(30);
      world.api.faults(
          (method, path) -> dice < 4 ? MemoryApi.Fault.values()[dice] : MemoryApi.Fault.NONE);
      if (dice == 5) {
        world.api.breakWatches();
      }
      world.act();
      world.api.faults(MemoryApi.Faults.NONE);
      assertThat(world.load().values()).allMatch(count -> count <= 3);
    }
    world.settle(() -> world.load().equals(Map.of("a", 3, "b", 3)));
    world.client.resource(Node.class).create(node("c"));
    world.settle(() -> world.load().values().stream().mapToInt(Integer::intValue).sum() == 8);
  }

  @Test
  void wakesAWaitingPodWhenRoomIsMade() throws InterruptedException {
    World world = new World(77);
    world.client.resource(Node.class).create(node("a"));
    for (int i = 0; i < 4; i++) {
      world.pods().create(pod("p" + i));
    }
    world.settle(() -> events.stream().anyMatch(e -> e.startsWith("FailedScheduling")));
    assertThat(events).contains("FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.");
    Pod waiting =
        world.pods().listAll(ListOptions.ALL).items().stream()
            .filter(p -> Pods.nodeName(p).isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(Pods.condition(waiting, "PodScheduled").orElseThrow().getReason())
        .isEqualTo("Unschedulable");
    Pod bound =
        world.pods().listAll(ListOptions.ALL).items().stream()
            .filter(p -> !Pods.nodeName(p).isEmpty())
            .findFirst()
            .orElseThrow();
    world.pods().delete(bound.getMetadata().getName(), DeleteOptions.force(null));
    world.settle(() -> world.load().equals(Map.of("a", 3)));
    assertThat(events)
        .contains(
            "Scheduled: Successfully assigned default/"
                + waiting.getMetadata().getName()
                + " to a");
  }

  private final class Notes implements Events {
    @Override
    public void normal(HasMetadata about, String reason, String message) {
      events.add(reason + ": " + message);
    }

    @Override
    public void warning(HasMetadata about, String reason, String message) {
      events.add(reason + ": " + message);
    }
  }
}
