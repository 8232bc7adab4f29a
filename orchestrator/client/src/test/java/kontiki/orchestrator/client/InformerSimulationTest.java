package kontiki.orchestrator.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.memory.MemoryApi;
import kontiki.orchestrator.client.memory.SteppingClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An informer against a server whose connections break: in the end both agree. */
class InformerSimulationTest {
  private static final int STEPS = 400;

  static List<Long> seeds() {
    List<Long> out = new ArrayList<>();
    for (long seed = 1; seed <= 40; seed++) {
      out.add(seed);
    }
    return out;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void followsTheServerThroughFaults(long seed) {
    RandomGenerator random = new java.util.Random(seed);
    SteppingClock clock = new SteppingClock();
    MemoryApi api = new MemoryApi(clock, random);
    ApiClient client = new ApiClient(api);
    Resource<ConfigMap> maps = client.resource(ConfigMap.class);
    Mirror mirror = new Mirror();
    Informer<ConfigMap> informer =
        new Informer<>(maps, ListOptions.ALL, clock, random).handler(mirror);
    for (int i = 0; i < STEPS; i++) {
      switch (random.nextInt(12)) {
        case 0 -> api.breakWatches();
        case 1 -> api.endWatches();
        case 2 -> api.compact();
        case 3 -> api.bookmark();
        case 4 -> {
          api.faults((method, path) -> MemoryApi.Fault.values()[random.nextInt(4)]);
          informer.poll();
          api.faults(MemoryApi.Faults.NONE);
        }
        case 5, 6, 7 -> write(maps, random);
        case 8 -> clock.advance(Duration.ofMillis(random.nextInt(3000)));
        default -> informer.poll();
      }
      assertThat(mirror.seen).isEqualTo(versions(informer.store().list()));
    }
    settle(informer, clock);
    assertThat(versions(informer.store().list()))
        .isEqualTo(versions(maps.listAll(ListOptions.ALL).items()));
    assertThat(informer.hasSynced()).isTrue();
  }

  private static void settle(Informer<ConfigMap> informer, SteppingClock clock) {
    for (int i = 0; i < 20; i++) {
      while (informer.poll()) {}
      clock.advance(Duration.ofSeconds(5));
    }
  }

  private static void write(Resource<ConfigMap> maps, RandomGenerator random) {
    String name = "m" + random.nextInt(8);
    Optional<ConfigMap> found = maps.inNamespace("ns").find(name);
    if (found.isEmpty()) {
      maps.create(map(name, random));
    } else if (random.nextBoolean()) {
      maps.inNamespace("ns").delete(name, DeleteOptions.DEFAULT);
      if (random.nextBoolean()) {
        maps.create(map(name, random));
      }
    } else {
      maps.update(
          new ConfigMapBuilder(found.get())
              .withData(Map.of("v", Long.toString(random.nextLong())))
              .build());
    }
  }

  private static ConfigMap map(String name, RandomGenerator random) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("ns")
        .endMetadata()
        .withData(Map.of("v", Long.toString(random.nextLong())))
        .build();
  }

  private static Map<String, String> versions(List<ConfigMap> maps) {
    Map<String, String> out = new TreeMap<>();
    maps.forEach(map ->
        out.put(
            Store.key(map),
            map.getMetadata().getUid() + "@" + map.getMetadata().getResourceVersion()));
    return out;
  }

  /** What somebody knows who only listens. */
  private static final class Mirror implements ResourceHandler<ConfigMap> {
    private final Map<String, String> seen = new TreeMap<>();

    @Override
    public void added(ConfigMap map) {
      assertThat(seen).doesNotContainKey(Store.key(map));
      seen.putAll(versions(List.of(map)));
    }

    @Override
    public void updated(ConfigMap old, ConfigMap map) {
      assertThat(seen).containsAllEntriesOf(versions(List.of(old)));
      seen.putAll(versions(List.of(map)));
    }

    @Override
    public void deleted(ConfigMap map) {
      assertThat(seen.remove(Store.key(map))).isNotNull();
    }
  }
}
